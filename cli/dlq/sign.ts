import { createHash, createHmac } from 'node:crypto';
import { LocalError } from '../../localstack/local-error.ts';
import type { Environment } from '../../localstack/paths.ts';

/** A request as it goes over the wire. */
export interface SignableRequest {
  readonly method: string;
  readonly url: URL;
  /** Without escapes; the address has the same. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** The headers to send, the signature's among them. @throws LocalError where there are no credentials */
export type Signer = (request: SignableRequest) => Promise<Record<string, string>>;

/**
 * Signs for API Gateway (SigV4, service execute-api) with the credentials of the AWS SDK's default chain: environment,
 * profile, SSO, container, instance. Their code is loaded at the first call, for who needs no signature shall not wait.
 */
export function createSigner(region: string): Signer {
  let signing: ReturnType<typeof load> | undefined;
  return async ({ method, url, query, headers, body }) => {
    signing ??= load(region);
    const request = {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: { ...query },
      headers: { ...headers, host: url.host },
      ...(body === undefined ? {} : { body }),
    };
    const signed = await (await signing).sign(request).catch((error: unknown) => {
      throw new LocalError(
        `The API asks for a signature, and it could not be made: ${(error as Error).message}`,
        'Log in as for the AWS CLI (aws sso login, AWS_PROFILE, AWS_ACCESS_KEY_ID …).',
        { cause: error },
      );
    });
    // fetch sets the host itself, the same one.
    const { host: _, ...rest } = signed.headers;
    return rest;
  };
}

/**
 * The region to sign for.
 * @throws LocalError where nothing says it
 */
export function regionOf(
  option: string | undefined,
  ofHost: string | undefined,
  env: Environment,
): string {
  const region = option ?? ofHost ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION']);
  if (region) return region;
  throw new LocalError(
    'The API asks for a signature, and its address does not say for which region.',
    'Say --region REGION, or set AWS_REGION.',
  );
}

async function load(region: string) {
  const [{ SignatureV4 }, { defaultProvider }] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@aws-sdk/credential-provider-node'),
  ]);
  return new SignatureV4({
    service: 'execute-api',
    region,
    credentials: defaultProvider(),
    sha256: Sha256 as never,
  });
}

/** Node's hash as the signer wants it: called with `new`. */
function Sha256(secret?: string | Uint8Array) {
  const hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  return {
    update: (data: string | Uint8Array) => void hash.update(data),
    digest: () => Promise.resolve(new Uint8Array(hash.digest())),
    reset: () => undefined,
  };
}
