import { STATUS_CODES } from 'node:http';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { ErrorAnswer } from '../codec/error-answer.ts';
import { AppError, type ErrorCode } from '../model/errors.ts';
import { HTTP_ERRORS } from './http-errors.ts';

/** What an endpoint answers; `headers` go over the ones that every answer has. */
export type HttpAnswer = APIGatewayProxyStructuredResultV2 & { readonly statusCode: number };

/** https://owasp.org/www-project-secure-headers/ (for an API: nothing may be framed, sniffed, cached or referred). */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Seconds after which it makes sense to ask again when something behind the API is down. */
const RETRY_AFTER_SECONDS = '5';

/** @param body JSON value */
export function jsonAnswer(
  statusCode: number,
  body: object,
  headers: Record<string, string> = {},
): HttpAnswer {
  return textAnswer(statusCode, JSON.stringify(body), {
    'content-type': 'application/json; charset=utf-8',
    ...headers,
  });
}

export function textAnswer(
  statusCode: number,
  body: string,
  headers: Record<string, string>,
): HttpAnswer {
  return { statusCode, headers: { ...SECURITY_HEADERS, ...headers }, body };
}

/**
 * Whatever was thrown → the answer. An AppError says it all; the text of anything else may hold anything, so it is
 * logged by the caller and not shown.
 */
export function errorAnswerOf(thrown: unknown, requestId: string): HttpAnswer {
  const { code, message } = thrown instanceof AppError ? thrown : internal(requestId);
  const statusCode = HTTP_ERRORS[code].status;
  const body: ErrorAnswer = { success: false, code, message, requestId };
  const headers = statusCode === 503 ? { 'retry-after': RETRY_AFTER_SECONDS } : undefined;
  return jsonAnswer(statusCode, body, { ...headers, ...headersOf(thrown) });
}

/** METHOD_NOT_ALLOWED with the header that RFC 9110, 15.5.6 asks for. */
export class MethodNotAllowedError extends AppError {
  readonly allow: readonly string[];

  constructor(method: string, path: string, allow: readonly string[]) {
    super(
      'METHOD_NOT_ALLOWED',
      `${method} is not possible on ${path}: use ${allow.join(' or ')} (see /docs)`,
    );
    this.allow = allow;
  }
}

function headersOf(thrown: unknown): Record<string, string> {
  return thrown instanceof MethodNotAllowedError ? { allow: thrown.allow.join(', ') } : {};
}

function internal(requestId: string): { code: ErrorCode; message: string } {
  return {
    code: 'INTERNAL',
    message: `${STATUS_CODES[500]}: nothing in the request causes this; the log has the error under request id ${requestId}`,
  };
}
