import type { Clock } from '../../lib/ports/clock.ts';
import { LocalError } from '../../localstack/local-error.ts';
import { type Fields, isFields, textAt } from './fields.ts';
import type { Signer } from './sign.ts';

/** The API refused: what it said, for people. `code` is '' where it was not the service that answered. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface ApiRequest {
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: object;
}

/**
 * One request and its answer. Whatever order-dlq asks for may be asked for twice without a second effect, so a request
 * that got no answer, or 429, 502, 503 or 504, is sent again (three times in all).
 * @throws ApiError, LocalError where nothing answers; the signal's reason where it aborts
 */
export type Api = (method: 'GET' | 'POST', path: string, request?: ApiRequest) => Promise<Fields>;

export interface ApiDeps {
  readonly base: URL;
  /** Signs from the first request on; otherwise once the API asks for it. */
  readonly signsAlways: boolean;
  /** Called at most once. @throws LocalError */
  readonly signer: () => Signer;
  readonly clock: Clock;
  /** Interrupts what is under way. */
  readonly signal: AbortSignal;
}

/** API Gateway gives up after 30 s. */
const TIMEOUT_MS = 35_000;
const WAITS_MS = [300, 1_200];
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;
const MESSAGE_CHARS_MAX = 500;
const AGAIN = [429, 502, 503, 504];

/** @returns nothing is sent yet */
export function createApi({ base, signsAlways, signer, clock, signal }: ApiDeps): Api {
  let sign: Signer | undefined = signsAlways ? signer() : undefined;

  const send = async (method: string, path: string, request: ApiRequest): Promise<Response> => {
    const query = Object.fromEntries(
      Object.entries(request.query ?? {}).map(([name, value]) => [name, String(value)]),
    );
    const url = new URL(base);
    url.pathname = `${base.pathname.replace(/\/$/, '')}${path}`;
    url.search = Object.entries(query)
      .map(([name, value]) => `${escape(name)}=${escape(value)}`)
      .join('&');
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const plain = {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const headers = (await sign?.({ method, url, query, headers: plain, body })) ?? plain;
    const answer = await fetch(url, {
      method,
      headers,
      // A signature is for this address alone.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      ...(body === undefined ? {} : { body }),
    });
    if (sign !== undefined || ![401, 403].includes(answer.status)) return answer;
    await answer.body?.cancel();
    sign = signer();
    return send(method, path, request);
  };

  return async (method, path, request = {}) => {
    for (let tries = 0; ; tries++) {
      const waitMs = WAITS_MS[tries];
      try {
        const answer = await send(method, path, request);
        const text = await textOf(answer);
        if (waitMs === undefined || !AGAIN.includes(answer.status)) {
          return fieldsOf(answer, text, `${method} ${path}`);
        }
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof ApiError || error instanceof LocalError) throw error;
        if (waitMs === undefined || isHopeless(error)) throw unanswered(base, error);
      }
      await clock.sleep(waitMs, signal);
      signal.throwIfAborted();
    }
  };
}

/** RFC 3986, as a signature has it. */
function escape(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

async function textOf(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) {
      throw new ApiError(answer.status, '', `The answer is larger than ${ANSWER_BYTES_MAX} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function fieldsOf({ ok, status }: Response, text: string, asked: string): Fields {
  const parsed = parse(text);
  if (ok && isFields(parsed)) return parsed;
  const fields = isFields(parsed) ? parsed : {};
  const said = textAt(fields, 'message') || text;
  const code = textAt(fields, 'code');
  const tags = [code, textAt(fields, 'requestId') && `request ${textAt(fields, 'requestId')}`];
  const note = tags.filter((tag) => tag !== '').join(', ');
  throw new ApiError(
    status,
    code,
    `${asked} was answered with ${status}${note === '' ? '' : ` (${note})`}: ${said.slice(0, MESSAGE_CHARS_MAX) || 'no text'}`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Nobody listens there, it is no address, or it is not who it says: asking again changes nothing. */
function isHopeless(error: unknown): boolean {
  const { name, cause } = error as Error;
  const { code = '' } = (cause ?? {}) as NodeJS.ErrnoException;
  const isUnheard = code === '' && name !== 'TimeoutError';
  return (
    isUnheard || /^(?:ECONNREFUSED|ENOTFOUND|EACCES|ERR_|CERT_|DEPTH_|SELF_|UNABLE_)/.test(code)
  );
}

function unanswered(base: URL, error: unknown): LocalError {
  const { cause, message, name } = error as Error;
  const { code, message: why } = (cause ?? {}) as NodeJS.ErrnoException;
  const said =
    name === 'TimeoutError' ? `nothing for ${TIMEOUT_MS / 1000} s` : why || code || message;
  return new LocalError(
    `The API at ${base.href} did not answer: ${said}`,
    'Is it up (npm start)? Is this its address? --endpoint or ORDER_DLQ_ENDPOINT names another one.',
    { cause: error },
  );
}
