import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { laneFactor } from '../../../lib/decide/lane.ts';

describe('laneFactor', () => {
  it('is spread evenly over the partitions, from 0 to the jitter', () => {
    const factors = [0, 1, 2, 3, 4].map((partition) => laneFactor(0, partition, 5, 0.2));
    for (const [index, factor] of factors.entries()) expect(factor).toBeCloseTo(0.05 * index, 10);
  });

  it('is the same whenever it is asked', () => {
    const asked = Array.from({ length: 50 }, () => laneFactor(1, 2, 64, 0.2));
    expect(new Set(asked).size).toBe(1);
  });

  it('draws another place in the next tier', () => {
    expect(laneFactor(1, 3, 4, 0.2)).toBe(0);
  });

  it('lengthens a wait by the jitter at most and never shortens it; each partition has a factor of its own', () => {
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.integer({ min: 1, max: 64 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (tier, count, jitter) => {
          const factors = Array.from({ length: count }, (_, partition) =>
            laneFactor(tier, partition, count, jitter),
          );
          for (const factor of factors) {
            expect(factor).toBeGreaterThanOrEqual(0);
            expect(factor).toBeLessThanOrEqual(jitter * (1 + Number.EPSILON));
          }
          if (jitter > 1e-9) expect(new Set(factors).size).toBe(count);
        },
      ),
    );
  });

  it('needs no jitter for a single partition', () => {
    expect(laneFactor(3, 0, 1, 0.2)).toBe(0);
  });
});
