import { randomUUID } from 'node:crypto';
import { BODY_BYTES_MAX } from '../lib/lambda/http-request.ts';
import { errorAnswerOf, type HttpAnswer } from '../lib/lambda/http-answer.ts';
import { AppError } from '../lib/model/errors.ts';

/** What the local HTTP server refuses, or fails at, without a function's answer. */
export interface Refused {
  readonly statusCode: number;
  /** What the server itself says of it. */
  readonly reason: string;
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
    return { statusCode: response.output.statusCode, reason: response.message };
  }
  if (response.headers['traceparent'] !== undefined) return undefined;
  return { statusCode: 500, reason: 'it failed' };
}

/** The API's own error answer in the place of the server's. Never throws. */
export function refusalAnswer({ statusCode, reason, target }: Refused): HttpAnswer {
  return answerOf(errorOf(statusCode, reason, target));
}

/** The same for bytes that are no HTTP request, as they go over the wire; the connection ends with it. */
export function parserRefusal(error: Error & { readonly code?: string }): string {
  const remedy =
    PARSER_REMEDIES[error.code ?? ''] ?? `This is no HTTP request (${error.message}): see /docs`;
  const { statusCode, headers, body = '' } = answerOf(new AppError('REQUEST_INVALID', remedy));
  const lines = [
    `HTTP/1.1 ${statusCode} Bad Request`,
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
