import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shippingCost, toAmount, toCents } from '../../../lib/orders/money.ts';

it.each([
  [0, 0],
  [0.01, 0],
  [0.24, 0],
  [0.25, 0.01], // 0.5 cents: half up.
  [1.15, 0.02], // 2.3 cents; in binary 1.15 * 2 is 2.2999….
  [19.98, 0.4],
  [100, 2],
  [1234.75, 24.7], // 24.695 exactly half.
  [9_999_999_999.99, 200_000_000],
])('shipping of %d costs %d', (total, gives) => {
  expect(shippingCost(total)).toBe(gives);
});

it('cents and amounts round trip', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), (cents) => {
      expect(toCents(toAmount(cents))).toBe(cents);
    }),
  );
});
