import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../lib/codec/list-cursor.ts';

const POSITION = { atMs: 1_767_225_610_000, id: '0123456789abcdef0123456789abcdef' };
const FILTER = { reason: 'undecodable', fromMs: 5 };

const filters = fc.record(
  { reason: fc.string(), errorType: fc.string(), orderId: fc.string(), fromMs: fc.nat() },
  { requiredKeys: [] },
);

it('gives back the place it was made of, for the same filters in any order', () => {
  const place = fc.record({
    atMs: fc.maxSafeNat(),
    id: fc.string({ minLength: 1, maxLength: 40 }),
  });
  fc.assert(
    fc.property(place, filters, (position, filter) => {
      const cursor = encodeCursor(position, filter);
      const turned = Object.fromEntries(Object.entries(filter).toReversed());

      expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(decodeCursor(cursor, turned)).toEqual(position);
    }),
  );
});

it('belongs to its filters, and a filter left out is the same as none', () => {
  const cursor = encodeCursor(POSITION, FILTER);

  expect(decodeCursor(cursor, { ...FILTER, orderId: undefined })).toEqual(POSITION);
  expect(decodeCursor(cursor, { ...FILTER, fromMs: 6 })).toEqual({
    fault: 'belongs to another list',
  });
  expect(decodeCursor(cursor, {})).toHaveProperty('fault');
});

const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

it.each([
  { what: 'empty', cursor: '' },
  { what: 'no base64url', cursor: '%%%' },
  { what: 'followed by what base64url has not', cursor: `${encodeCursor(POSITION, {})}=` },
  { what: 'no JSON', cursor: Buffer.from('hello').toString('base64url') },
  { what: 'null', cursor: cursorOf(null) },
  { what: 'another version', cursor: cursorOf({ v: 2, at: 1, id: 'a', for: 'x' }) },
  { what: 'without id', cursor: cursorOf({ v: 1, at: 1, for: 'x' }) },
  { what: 'with a time that is none', cursor: cursorOf({ v: 1, at: '1', id: 'a', for: 'x' }) },
  { what: 'huge', cursor: 'A'.repeat(100_000) },
])('refuses a cursor that is $what', ({ cursor }) => {
  expect(decodeCursor(cursor, {})).toEqual({ fault: 'is none that this API gave' });
});

it('takes any text without a crash', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), filters, (cursor, filter) => {
      expect(decodeCursor(cursor, filter)).toHaveProperty('fault');
    }),
  );
});
