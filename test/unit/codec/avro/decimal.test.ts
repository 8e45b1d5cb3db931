import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decimalBytes, decimalValue } from '../../../../lib/codec/avro/decimal.ts';

it.each<[number | string, number, string]>([
  [0, 2, '00'],
  [9.99, 2, '03e7'],
  [-0.01, 2, 'ff'],
  [1.28, 2, '0080'],
  [9_999_999_999.99, 2, '00e8d4a50fff'],
  ['90071992547409.93', 2, '20000000000001'],
])('%s with scale %s is %s', (value, scale, hex) => {
  expect(Buffer.from(decimalBytes(value, scale)!).toString('hex')).toBe(hex);
  expect(decimalValue(Buffer.from(hex, 'hex'), scale)).toBe(value);
});

it('what a number cannot hold is a text, exact to the last digit', () => {
  const bytes = decimalBytes('123456789012345678901234.56', 2)!;
  expect(decimalValue(bytes, 2)).toBe('123456789012345678901234.56');
});

it('every amount of cents comes back as it was', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), (cents) => {
      const amount = cents / 100;
      expect(decimalValue(decimalBytes(amount, 2)!, 2)).toBe(amount === 0 ? 0 : amount);
    }),
  );
});

it.each([[1.234], ['x'], [1e21], [Number.NaN], [null]])('%s has no bytes', (value) => {
  expect(decimalBytes(value, 2)).toBeUndefined();
});
