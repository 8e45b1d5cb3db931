import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { errorAnswer } from '../../../lib/codec/error-answer.ts';
import {
  errorAnswerOf,
  jsonAnswer,
  MethodNotAllowedError,
} from '../../../lib/lambda/http-answer.ts';
import { AppError, ERROR_CODES } from '../../../lib/model/errors.ts';

const STATUS = {
  REQUEST_INVALID: 400,
  BODY_NOT_JSON: 400,
  CURSOR_INVALID: 400,
  BODY_TOO_LARGE: 413,
  ORDER_NOT_FOUND: 404,
  DEAD_LETTER_NOT_FOUND: 404,
  JOB_NOT_FOUND: 404,
  JOB_NOT_CANCELLABLE: 409,
  SELECTION_TOO_LARGE: 400,
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  PUBLISH_NOT_ACKNOWLEDGED: 503,
  KAFKA_UNAVAILABLE: 503,
  STORE_UNAVAILABLE: 503,
  REGISTRY_UNAVAILABLE: 503,
  TIMED_OUT: 503,
} as Record<string, number>;

it.each(ERROR_CODES)('%s is an answer with its status, code and text', (code) => {
  const answer = errorAnswerOf(new AppError(code, 'what to change'), 'request-1');
  const body: unknown = JSON.parse(answer.body ?? '');

  expect(answer.statusCode).toBe(STATUS[code] ?? 500);
  expect(body).toEqual({ success: false, code, message: 'what to change', requestId: 'request-1' });
  expect(z.safeParse(errorAnswer, body).error).toBeUndefined();
  expect(answer.headers?.['retry-after']).toBe(answer.statusCode === 503 ? '5' : undefined);
});

it.each([new TypeError('secret at /srv/x.ts:3'), 'secret', { secret: true }, null, undefined])(
  'shows nothing of an error that is none of ours: %o',
  (thrown) => {
    const answer = errorAnswerOf(thrown, 'request-1');

    expect(answer.statusCode).toBe(500);
    expect(answer.body).toContain('"code":"INTERNAL"');
    expect(answer.body).toContain('request-1');
    expect(answer.body).not.toMatch(/secret|\.ts|TypeError/);
  },
);

it('tells which methods a path has', () => {
  const answer = errorAnswerOf(new MethodNotAllowedError('PUT', '/docs', ['GET', 'HEAD']), 'r');

  expect(answer.statusCode).toBe(405);
  expect(answer.headers?.allow).toBe('GET, HEAD');
  expect(answer.body).toContain('PUT is not possible on /docs: use GET or HEAD');
});

it('is never cached, sniffed or framed', () => {
  expect(jsonAnswer(200, {}).headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringContaining("frame-ancestors 'none'") as string,
  });
});
