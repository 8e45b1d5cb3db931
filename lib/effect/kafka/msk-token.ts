import { createHash, createHmac } from 'node:crypto';
import { byText } from '../../decide/by-text.ts';

/*
 * The token of IAM authentication with MSK: a request for `kafka-cluster:Connect`, presigned with Signature Version 4, as
 * a URL in base64url. Format: https://github.com/aws/aws-msk-iam-sasl-signer-js, whose tokens it is compared with; how
 * to presign: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */

export interface TokenCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** When they end. */
  readonly expiration?: Date | undefined;
}

export interface TokenRequest {
  /** The cluster's, e.g. `eu-west-1`. */
  readonly region: string;
  readonly credentials: TokenCredentials;
  readonly nowMs: number;
  /** Who asks; brokers log it, and it is not signed. */
  readonly userAgent: string;
}

/** The longest that MSK takes. */
const LIFE_MAX_SECONDS = 900;
const SERVICE = 'kafka-cluster';
const ALGORITHM = 'AWS4-HMAC-SHA256';

/** A token that holds 15 minutes, or as long as the credentials where that is shorter. Pure. */
export function mskToken({ region, credentials, nowMs, userAgent }: TokenRequest): string {
  const host = `kafka.${region}.amazonaws.com`;
  const time = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const date = time.slice(0, 8);
  const scope = `${date}/${region}/${SERVICE}/aws4_request`;
  const signed = {
    Action: 'kafka-cluster:Connect',
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${credentials.accessKeyId}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(lifeSeconds(credentials, nowMs)),
    ...(credentials.sessionToken && { 'X-Amz-Security-Token': credentials.sessionToken }),
    'X-Amz-SignedHeaders': 'host',
  };
  const request = ['GET', '/', queryOf(signed), `host:${host}`, '', 'host', sha256('')];
  const toSign = [ALGORITHM, time, scope, sha256(request.join('\n'))].join('\n');
  const key = [date, region, SERVICE, 'aws4_request'].reduce<Buffer | string>(
    (outer, part) => hmac(outer, part),
    `AWS4${credentials.secretAccessKey}`,
  );
  const signature = hmac(key, toSign).toString('hex');
  const query = queryOf({ ...signed, 'X-Amz-Signature': signature, 'User-Agent': userAgent });
  return Buffer.from(`https://${host}/?${query}`).toString('base64url');
}

/** Whole seconds, at least 1: the brokers judge what has ended already. */
function lifeSeconds({ expiration }: TokenCredentials, nowMs: number): number {
  const leftMs = expiration === undefined ? Infinity : expiration.getTime() - nowMs;
  return Math.max(1, Math.min(LIFE_MAX_SECONDS, Math.floor(leftMs / 1000)));
}

/** In the order of the names, which are ASCII. */
function queryOf(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .toSorted(([a], [b]) => byText(a, b))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

/** Everything but unreserved characters (RFC 3986); encodeURIComponent leaves five more. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const hmac = (key: Buffer | string, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();
