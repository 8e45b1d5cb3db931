import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mskToken, type TokenRequest } from '../../../../lib/effect/kafka/msk-token.ts';
import vectors from '../../../fixtures/msk-token/vectors.json' with { type: 'json' };

const NOW_MS = Date.UTC(2026, 0, 31, 10, 0, 7);
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const base: TokenRequest = { region: 'eu-west-1', credentials, nowMs: NOW_MS, userAgent: 'me/1' };

const urlOf = (request: TokenRequest) =>
  new URL(Buffer.from(mskToken(request), 'base64url').toString('utf8'));
const expiresIn = (expiration: Date) =>
  urlOf({ ...base, credentials: { ...credentials, expiration } }).searchParams.get('X-Amz-Expires');

/** The SDK's own signer, and hashes of Node's as it wants them. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | Uint8Array) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {
    throw new Error('not needed');
  }
}

async function signatureOfSdk({ region, credentials: given, nowMs }: TokenRequest) {
  const signer = new SignatureV4({
    service: 'kafka-cluster',
    region,
    credentials: { ...given, sessionToken: given.sessionToken } as typeof credentials,
    sha256: Sha256 as never,
    applyChecksum: false,
  });
  const hostname = `kafka.${region}.amazonaws.com`;
  const { query } = await signer.presign(
    {
      method: 'GET',
      protocol: 'https',
      hostname,
      path: '/',
      headers: { host: hostname },
      query: { Action: 'kafka-cluster:Connect' },
    },
    { expiresIn: 900, signingDate: new Date(nowMs) },
  );
  return query?.['X-Amz-Signature'];
}

describe('mskToken', () => {
  it.each(vectors.cases)(
    'gives, byte for byte, the token of AWS’s own signer: $region',
    (given) => {
      const { expirationMs, ...keys } = { expirationMs: undefined, ...given.credentials };
      const token = mskToken({
        region: given.region,
        nowMs: given.nowMs,
        userAgent: vectors.userAgent,
        credentials: {
          ...keys,
          expiration: expirationMs === undefined ? undefined : new Date(expirationMs),
        },
      });
      expect(token).toBe(given.token);
    },
  );

  it('is signed as the SDK signs, whatever credentials, region and time', async () => {
    const request = fc.record({
      region: fc.stringMatching(/^[a-z]{2}-[a-z]{4,9}-[1-9]$/),
      nowMs: fc.integer({ min: 0, max: Date.UTC(2100, 0) }),
      userAgent: fc.string(),
      credentials: fc.record(
        {
          accessKeyId: fc.string({ minLength: 1 }),
          secretAccessKey: fc.string({ minLength: 1, unit: 'grapheme' }),
          sessionToken: fc.string({ minLength: 1, unit: 'grapheme' }),
        },
        { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
      ),
    });
    await fc.assert(
      fc.asyncProperty(request, async (given) => {
        const signature = urlOf(given).searchParams.get('X-Amz-Signature');
        expect(signature).toBe(await signatureOfSdk(given));
      }),
    );
  });

  it('says who asks', () => {
    expect(urlOf(base).searchParams.get('User-Agent')).toBe('me/1');
  });

  it('holds 15 minutes, but no longer than the credentials, in whole seconds', () => {
    expect(urlOf(base).searchParams.get('X-Amz-Expires')).toBe('900');
    expect(expiresIn(new Date(NOW_MS + 3_600_000))).toBe('900');
    expect(expiresIn(new Date(NOW_MS + 61_999))).toBe('61');
    expect(expiresIn(new Date(NOW_MS - 1))).toBe('1');
  });
});
