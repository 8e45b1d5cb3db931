import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readVarint, varintBytes, writeVarint } from '../../../../lib/effect/kafka/varint.ts';

const integer = fc.oneof(
  fc.integer(),
  fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 }),
  fc.constantFrom(0, -1, 63, 64, -64, -65, 2 ** 31 - 1, -(2 ** 31)),
);

test('a number that is written is read, in as many bytes as were announced', () => {
  fc.assert(
    fc.property(integer, fc.nat(5), (value, before) => {
      const buffer = Buffer.alloc(20);
      const end = writeVarint(buffer, before, value);
      expect(end - before).toBe(varintBytes(value));
      const cursor = { buffer, at: before };
      expect(readVarint(cursor)).toBe(value);
      expect(cursor.at).toBe(end);
    }),
  );
});

test.each([
  [0, '00'],
  [-1, '01'],
  [1, '02'],
  [63, '7e'],
  [64, '8001'],
  [-65, '8101'],
  [300, 'd804'],
  [2 ** 31 - 1, 'feffffff0f'],
  [-(2 ** 31), 'ffffffff0f'],
])('%i is %s', (value, hex) => {
  const buffer = Buffer.alloc(10);
  expect(buffer.subarray(0, writeVarint(buffer, 0, value)).toString('hex')).toBe(hex);
});

test('a number that is cut off is refused', () => {
  expect(() => readVarint({ buffer: Buffer.from([0x80]), at: 0 })).toThrow(RangeError);
});
