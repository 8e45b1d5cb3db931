import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BODY_BYTES_MAX, parseJsonBody, parseQuery } from '../../../lib/lambda/http-request.ts';
import { AppError } from '../../../lib/model/errors.ts';
import { httpEvent } from '../../support/http-events.ts';

const EXAMPLE = '{"numItems":2}';

function refusal(body: string | Uint8Array | undefined): AppError {
  try {
    parseJsonBody(httpEvent({ path: '/', ...(body === undefined ? {} : { body }) }), EXAMPLE);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('taken');
}

describe('a body', () => {
  it('is any JSON value, as text or in base64', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.boolean(), (value, isBytes) => {
        const text = JSON.stringify(value);
        const body = isBytes ? Buffer.from(text) : text;

        expect(parseJsonBody(httpEvent({ path: '/', body }), EXAMPLE)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    { what: 'missing', body: undefined, code: 'BODY_NOT_JSON', says: 'missing' },
    { what: 'empty', body: '', code: 'BODY_NOT_JSON', says: 'missing' },
    { what: 'cut off', body: '{"a":', code: 'BODY_NOT_JSON', says: 'not JSON' },
    { what: 'a form', body: 'numItems=2', code: 'BODY_NOT_JSON', says: 'not JSON' },
    {
      what: 'no UTF-8',
      body: Buffer.from([0x22, 0xff, 0x22]),
      code: 'BODY_NOT_JSON',
      says: 'not UTF-8',
    },
    {
      what: '7 MB long',
      body: 'a'.repeat(7_000_000),
      code: 'BODY_TOO_LARGE',
      says: '7000000 bytes: send at most 65536',
    },
    {
      what: 'one byte too long',
      body: ' '.repeat(BODY_BYTES_MAX + 1),
      code: 'BODY_TOO_LARGE',
      says: '65537 bytes',
    },
  ])('that is $what is refused with $code and an example', ({ body, code, says }) => {
    const { code: given, message } = refusal(body);

    expect(given).toBe(code);
    expect(message).toContain(says);
    expect(message).toContain(EXAMPLE);
    expect(message.length).toBeLessThan(300);
  });

  it.each([
    [
      'multipart/form-data; boundary=----x',
      '------x\r\n',
      '(its content-type is multipart/form-data)',
    ],
    ['Text/Plain', 'hello', '(its content-type is text/plain)'],
    [
      'application/x-www-form-urlencoded',
      '{"numItems":',
      '(Unexpected end of JSON input; its content-type is application/x-www-form-urlencoded)',
    ],
    [`x/${'y'.repeat(5_000)}`, 'hello', `(its content-type is x/${'y'.repeat(48)})`],
  ])('of the type %s is told so, with the type to send', (type, body, says) => {
    const event = httpEvent({ path: '/', body, headers: { 'content-type': type } });

    expect(() => parseJsonBody(event, EXAMPLE)).toThrow(
      `The body is not JSON ${says}: send content-type: application/json, for example ${EXAMPLE}`,
    );
  });

  it.each(['application/json; charset=utf-8', 'application/problem+json', ''])(
    'of the type "%s" is told its fault alone',
    (type) => {
      const event = httpEvent({ path: '/', body: 'x', headers: { 'content-type': type } });

      expect(() => parseJsonBody(event, EXAMPLE)).toThrow(
        /^The body is not JSON \(Unex[^;]*\): send for/,
      );
    },
  );

  it('that is JSON is taken whatever its type says: curl -d calls it a form', () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };

    expect(parseJsonBody(httpEvent({ path: '/', body: EXAMPLE, headers }), EXAMPLE)).toEqual({
      numItems: 2,
    });
  });

  it('may be as long as the bound', () => {
    const body = `${' '.repeat(BODY_BYTES_MAX - 2)}{}`;

    expect(parseJsonBody(httpEvent({ path: '/', body }), EXAMPLE)).toEqual({});
  });
});

describe('a query', () => {
  it.each([
    { query: '', gives: {} },
    { query: '?a=1&b=', gives: { a: '1', b: '' } },
    { query: '?a=1%2C2', gives: { a: '1,2' } },
    { query: '?a=x%2By&b=x+y', gives: { a: 'x+y', b: 'x y' } },
    { query: '?a=%E0%A4%A', gives: { a: '\ufffd%A' } }, // Half a character: whatever it is, it is no crash.
  ])('$query is $gives', ({ query, gives }) => {
    expect(parseQuery(httpEvent({ path: `/x${query}` }))).toEqual(gives);
  });

  it('with a name given twice is refused, for which one counts would be a guess', () => {
    expect(() => parseQuery(httpEvent({ path: '/x?limit=1&limit=2' }))).toThrow(
      expect.objectContaining({
        code: 'REQUEST_INVALID',
        message: expect.stringContaining('"limit" is given more than once') as string,
      }) as Error,
    );
  });
});
