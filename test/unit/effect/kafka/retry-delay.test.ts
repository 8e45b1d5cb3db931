import fc from 'fast-check';
import { expect, test } from 'vitest';
import { retryDelayMs } from '../../../../lib/effect/kafka/retry-delay.ts';

test('doubles from 50 ms to 2 s, half of it chance', () => {
  expect([1, 2, 3, 6, 7, 50].map((failures) => retryDelayMs(failures, 0))).toEqual([
    25, 50, 100, 800, 1_000, 1_000,
  ]);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (n, x) => {
        const whole = 2 * retryDelayMs(n, 0);
        expect(retryDelayMs(n, x)).toBeGreaterThanOrEqual(whole / 2);
        expect(retryDelayMs(n, x)).toBeLessThan(Math.min(whole, 2_000));
      },
    ),
  );
});
