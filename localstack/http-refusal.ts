import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import { BODY_BYTES_MAX } from '../lib/lambda/http-request.ts';
import {
  errorAnswerOf,
  MethodNotAllowedError,
  type HttpAnswer,
} from '../lib/lambda/http-answer.ts';
import { AppError } from '../lib/model/errors.ts';

/** What the local HTTP server refuses, or fails at, without a function's answer. */
export interface Refused {
  readonly statusCode: number;
  /** What the server itself says of it. */
  readonly reason: string;
  /** Where it is known what the answer says. */
  readonly error?: AppError;
  /** The request's target as it came: path and query; undefined where there is none. */
  readonly target: string | undefined;
}

/** An answer as hapi has it, on which serverless-offline serves the API: an error of its own, or what is to be sent. */
export type HapiResponse =
  | {
      readonly isBoom: true;
      readonly message: string;
      readonly output: { readonly statusCode: number };
    }
  | { readonly isBoom?: false; readonly headers: Readonly<Record<string, unknown>> };

/** Shown of a path. */
const SHOWN_CHARS_MAX = 100;

/** Node's codes of what is no HTTP request: https://nodejs.org/api/http.html#event-clienterror */
const PARSER_REMEDIES: Readonly<Record<string, string>> = {
  HPE_INVALID_METHOD: 'HTTP has no such method: use GET or POST (see /docs)',
  HPE_HEADER_OVERFLOW: 'Path and headers are over 16 KiB together: shorten them (see /docs)',
};

/**
 * Undefined where a function answered: each of its answers has a trace. Of one that failed, serverless-offline makes a 200
 * with its stack. Pure, total.
 */
export function refusalIn(response: HapiResponse): Omit<Refused, 'target'> | undefined {
  if (response.isBoom) {
    const error = response instanceof AppError ? { error: response } : {};
    return {
      ...error,
      statusCode: response.output.statusCode,
      reason: response.message,
    };
  }
  if (response.headers['traceparent'] !== undefined) return undefined;
  return { statusCode: 500, reason: 'it failed' };
}

/** The API's own error answer in the place of the server's. Never throws. */
export function refusalAnswer({ statusCode, reason, error, target }: Refused): HttpAnswer {
  return answerOf(error ?? errorOf(statusCode, reason, target));
}

/**
 * What is wrong with the request's Host, if anything: hapi fails at one that is no host, and Node refuses a missing one
 * without a word. Pure, total.
 * https://www.rfc-editor.org/rfc/rfc9112.html#section-3.2
 */
export function hostRefusal(
  request: Pick<IncomingMessage, 'httpVersion' | 'rawHeaders'>,
): AppError | undefined {
  const { httpVersion, rawHeaders } = request;
  const hosts = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'host',
  );
  const [host] = hosts;
  if (hosts.length > 1) {
    return new AppError('REQUEST_INVALID', 'The header Host is given more than once: send it once');
  }
  if (host === undefined) {
    if (httpVersion === '1.0') return undefined;
    return new AppError(
      'REQUEST_INVALID',
      'The header Host is missing: send it, for example Host: localhost:8000',
    );
  }
  if (host === '' || (!/[/?#@\\\s]/.test(host) && URL.canParse(`http://${host}`))) return undefined;
  const shown = JSON.stringify(host.slice(0, SHOWN_CHARS_MAX));
  return new AppError(
    'REQUEST_INVALID',
    `The header Host (${shown}) is no host: send its name, and its port, for example Host: localhost:8000`,
  );
}

/** Of a request that expects what no server of ours does: https://www.rfc-editor.org/rfc/rfc9110.html#section-10.1.1 */
export function expectationRefusal(expected: string): HttpAnswer {
  const shown = JSON.stringify(expected.slice(0, SHOWN_CHARS_MAX));
  return answerOf(
    new AppError('REQUEST_INVALID', `The header Expect (${shown}) cannot be met: leave it out`),
  );
}

/** Of a CONNECT, as it goes over the wire. @param target as it came: a host and a port, if the client is right */
export function connectRefusal(target: string): string {
  const shown = target.slice(0, SHOWN_CHARS_MAX);
  return onTheWire(answerOf(new MethodNotAllowedError('CONNECT', shown, ['GET', 'POST'])));
}

/** The same for bytes that are no HTTP request, as they go over the wire; the connection ends with it. */
export function parserRefusal(error: Error & { readonly code?: string }): string {
  const remedy =
    PARSER_REMEDIES[error.code ?? ''] ?? `This is no HTTP request (${error.message}): see /docs`;
  return onTheWire(answerOf(new AppError('REQUEST_INVALID', remedy)));
}

function onTheWire({ statusCode, headers, body = '' }: HttpAnswer): string {
  const lines = [
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}`,
    ...Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

function answerOf(error: AppError): HttpAnswer {
  return errorAnswerOf(error, randomUUID());
}

function errorOf(statusCode: number, reason: string, target: string | undefined): AppError {
  if (statusCode === 413) {
    const text = `The body is larger than the gateway takes: send at most ${BODY_BYTES_MAX} bytes`;
    return new AppError('BODY_TOO_LARGE', text);
  }
  if (statusCode >= 500) {
    const text = `No function answered (${reason}): see what the local stack prints`;
    return new AppError('INTERNAL', text);
  }
  const path = target?.split('?')[0] ?? '';
  if (isDecodable(path)) {
    return new AppError('REQUEST_INVALID', `The request is refused (${reason}): see /docs`);
  }
  const shown = JSON.stringify(path.slice(0, SHOWN_CHARS_MAX));
  return new AppError(
    'REQUEST_INVALID',
    `The path ${shown} is no valid URL: write % itself as %25, and every other character as its UTF-8 bytes`,
  );
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
