import { expect, it } from 'vitest';
import { AppError } from '../../../lib/model/errors.ts';
import {
  connectRefusal,
  expectationRefusal,
  hostRefusal,
  parserRefusal,
  refusalAnswer,
  refusalIn,
} from '../../../localstack/http-refusal.ts';

it.each([
  [400, '/api/orders/%zz?limit=1', 400, 'REQUEST_INVALID', '"/api/orders/%zz" is no valid URL'],
  [400, '/', 400, 'REQUEST_INVALID', 'The request is refused (as hapi says)'],
  [408, undefined, 400, 'REQUEST_INVALID', 'The request is refused (as hapi says)'],
  [413, '/api/create-order', 413, 'BODY_TOO_LARGE', 'send at most 65536 bytes'],
  [500, '/', 500, 'INTERNAL', 'No function answered (as hapi says)'],
  [502, '/', 500, 'INTERNAL', 'see what the local stack prints'],
])('%i of %s is %i %s', (statusCode, target, status, code, text) => {
  const answer = refusalAnswer({ statusCode, reason: 'as hapi says', target });

  expect(answer.statusCode).toBe(status);
  expect(answer.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8' });
  expect(JSON.parse(answer.body ?? '')).toEqual({
    success: false,
    code,
    message: expect.stringContaining(text),
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

it('shows of a path that is no URL no more than its beginning', () => {
  const target = `/${'é'.repeat(300)}%`;

  const { body = '' } = refusalAnswer({ statusCode: 400, reason: '', target });

  expect(JSON.parse(body).message).toContain(`"/${'é'.repeat(99)}"`);
});

it.each([
  ['HPE_INVALID_METHOD', 'HTTP has no such method: use GET or POST'],
  ['HPE_HEADER_OVERFLOW', 'shorten them'],
  ['HPE_INVALID_URL', 'This is no HTTP request (Parse Error): see /docs'],
])('bytes that are no HTTP request (%s) get a whole answer', (code, text) => {
  const [head = '', body = ''] = parserRefusal(
    Object.assign(new Error('Parse Error'), { code }),
  ).split('\r\n\r\n');

  expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(head).toContain(`content-length: ${Buffer.byteLength(body)}\r\nconnection: close`);
  expect(JSON.parse(body)).toMatchObject({
    success: false,
    code: 'REQUEST_INVALID',
    message: expect.stringContaining(text),
  });
});

it('a function’s answer, which has a trace, is left alone; one of a function that failed is not shown', () => {
  const output = { statusCode: 413 };

  expect(refusalIn({ headers: { traceparent: '00-…' } })).toBeUndefined();
  expect(refusalIn({ headers: {} })).toEqual({ statusCode: 500, reason: 'it failed' });
  expect(refusalIn({ isBoom: true, message: 'too large', output })).toEqual({
    statusCode: 413,
    reason: 'too large',
  });
});

it('an error of our own, of which hapi made its response, is the answer', () => {
  const output = { statusCode: 500 };
  const error = new AppError('REQUEST_INVALID', 'The header Host is missing');
  const response = Object.assign(error, { isBoom: true as const, output });

  const refused = refusalIn(response) ?? { statusCode: 0, reason: '' };

  expect(refusalAnswer({ ...refused, target: '/' })).toMatchObject({
    statusCode: 400,
    body: expect.stringContaining('The header Host is missing'),
  });
});

it.each([
  { hosts: [], version: '1.1', says: 'The header Host is missing' },
  { hosts: [], version: '1.0', says: undefined },
  { hosts: ['a', 'b'], version: '1.1', says: 'more than once' },
  { hosts: ['a b'], version: '1.1', says: '("a b") is no host' },
  { hosts: ['a/b'], version: '1.1', says: 'is no host' },
  { hosts: ['a@b'], version: '1.1', says: 'is no host' },
  { hosts: ['a:b'], version: '1.1', says: 'is no host' },
  { hosts: ['::1'], version: '1.1', says: 'is no host' },
  { hosts: [`${'a'.repeat(500)}:x`], version: '1.1', says: `("${'a'.repeat(100)}") is no host` },
  { hosts: [''], version: '1.1', says: undefined },
  { hosts: ['localhost:8000'], version: '1.1', says: undefined },
  { hosts: ['[::1]:8000'], version: '1.1', says: undefined },
])('HTTP/$version with the hosts $hosts: $says', ({ hosts, version, says }) => {
  const rawHeaders = ['accept', 'host', ...hosts.flatMap((host) => ['HOST', host])];

  const refused = hostRefusal({ httpVersion: version, rawHeaders });

  if (says === undefined) expect(refused).toBeUndefined();
  else expect(refused?.message).toContain(says);
});

it('what is asked for in vain is named, and no longer than 100 characters', () => {
  const long = 'x'.repeat(5_000);

  expect(expectationRefusal(long).body).toContain(
    String.raw`The header Expect (\"${'x'.repeat(100)}\") cannot be met: leave it out`,
  );
  expect(connectRefusal(long)).toMatch(
    /^HTTP\/1\.1 405 Method Not Allowed\r\n[^]*allow: GET, POST\r\n[^]*CONNECT is not possible on x{100}: use/,
  );
});
