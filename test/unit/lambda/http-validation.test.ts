import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { parseRequest } from '../../../lib/lambda/http-validation.ts';
import { AppError } from '../../../lib/model/errors.ts';
import { createOrderBody } from '../../../lib/orders/order-api.ts';

function refusal(value: unknown, place: 'body' | 'query' = 'body', schema = createOrderBody) {
  try {
    parseRequest(schema, value, place);
  } catch (error) {
    if (error instanceof AppError && error.code === 'REQUEST_INVALID') return error.message;
    throw error;
  }
  return undefined;
}

const NUMBER = 'write a whole number from 1 to 1000';

it.each([
  { numItems: 1 },
  { numItems: 1000 },
  { numItems: 1e3 },
  { orderId: 'A', numItems: 1 },
  { orderId: 'x'.repeat(128), numItems: 1 },
  { orderId: 'a.B_c:d-0', numItems: 1 },
])('takes %o', (body) => {
  expect(parseRequest(createOrderBody, body, 'body')).toEqual(body);
});

it.each([
  { body: {}, says: `numItems is missing: ${NUMBER}` },
  { body: { numItems: '2' }, says: `numItems is "2": ${NUMBER}` },
  { body: { numItems: 0 }, says: `numItems is 0: ${NUMBER}` },
  { body: { numItems: 1001 }, says: `numItems is 1001: ${NUMBER}` },
  { body: { numItems: 1.5 }, says: `numItems is 1.5: ${NUMBER}` },
  { body: { numItems: null }, says: `numItems is null: ${NUMBER}` },
  { body: { numItems: [2] }, says: `numItems is an array of length 1: ${NUMBER}` },
  { body: { numItems: { a: 1 } }, says: `numItems is an object: ${NUMBER}` },
  { body: { numItems: 2, orderId: '' }, says: 'orderId is "": write 1 to 128 of letters' },
  { body: { numItems: 2, orderId: 'a b' }, says: 'orderId is "a b": write 1 to 128' },
  { body: { numItems: 2, orderId: 'a\n' }, says: 'orderId is "a\\n": write 1 to 128' },
  { body: { numItems: 2, orderId: 'Ä' }, says: 'orderId is "Ä": write 1 to 128' },
  { body: { numItems: 2, orderId: 7 }, says: 'orderId is 7: write 1 to 128' },
  { body: { numItems: 2, orderId: null }, says: 'orderId is null: write 1 to 128' },
  { body: { numItem: 2, numItems: 2 }, says: 'Unknown field "numItem": did you mean numItems?' },
  { body: { numItems: 2, zzz: 1 }, says: 'Unknown field "zzz": known are orderId, numItems' },
  { body: JSON.parse('{"numItems":2,"__proto__":1}'), says: 'Unknown field "__proto__"' },
  { body: [], says: 'The body is an array of length 0: send a JSON object' },
  { body: null, says: 'The body is null: send a JSON object' },
  { body: 'x', says: 'The body is "x": send a JSON object' },
])('refuses $body: $says', ({ body, says }) => {
  expect(refusal(body)).toContain(says);
});

it('names every fault at once', () => {
  expect(refusal({ orderId: '#', numItem: 1 })).toMatch(
    /orderId is .*; numItems is missing.*; Unknown field "numItem"/,
  );
});

it('names a query parameter as that, and says to leave it out where none is known', () => {
  expect(refusal({ limt: '1' }, 'query', z.strictObject({}) as never)).toBe(
    'Unknown query parameter "limt": leave it out',
  );
});

it('knows the names inside of an object by those of that object', () => {
  const schema = z.strictObject({
    filter: z.optional(z.strictObject({ state: z.string(), group: z.optional(z.string()) })),
  });
  const says = (filter: object) => refusal({ filter }, 'body', schema as never);

  expect(says({ state: 'a', grup: 1 })).toBe('Unknown field "filter.grup": did you mean group?');
  expect(says({ state: 'a', x: 1 })).toBe('Unknown field "filter.x": known are state, group');
});

it('refuses whatever is no request with a bounded text', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: false }), (value) => {
      expect((refusal(value) ?? '').length).toBeLessThan(1500);
    }),
  );
  expect(refusal({ numItems: 'x'.repeat(100_000) })?.length).toBeLessThan(200);
});
