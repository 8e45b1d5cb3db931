import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { percentile, spreadOf } from '../../../bench/spread.ts';

it('takes the nearest rank', () => {
  const values = [40, 10, 30, 20];
  expect([0.25, 0.5, 0.75, 0.99, 1].map((share) => percentile(values, share))).toEqual([
    10, 20, 30, 40, 40,
  ]);
});

it('at least the share of the values is no larger', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true }), { minLength: 1 }),
      fc.double({ min: 0.001, max: 1, noNaN: true }),
      (values, share) => {
        const bound = percentile(values, share);
        expect(values).toContain(bound);
        const below = values.filter((value) => value <= bound).length;
        expect(below / values.length).toBeGreaterThanOrEqual(share);
      },
    ),
  );
});

it('spreads over all of few samples, and over the middle of many', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, low: 1, high: 3, samples: 3 });
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(spreadOf(hundred)).toEqual({ median: 50, low: 5, high: 95, samples: 100 });
});

it('refuses nothing', () => {
  expect(() => spreadOf([])).toThrow(RangeError);
});
