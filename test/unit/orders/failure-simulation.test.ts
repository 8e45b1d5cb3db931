import { describe, expect, it } from 'vitest';
import { simulateFailure } from '../../../lib/orders/failure-simulation.ts';

describe('simulateFailure', () => {
  it.each([
    ['ORDER-1', 1, 0, false],
    ['ORDER-TEST-FAIL', 4, 9, true],
    ['ORDER-TEST-FAIL-77', 1, 0, true],
    ['ORDER-TEST-FLAKY-2-x', 2, 0, true],
    ['ORDER-TEST-FLAKY-2-x', 3, 0, false],
    ['ORDER-TEST-FLAKY-12', 12, 0, true],
    ['ORDER-TEST-HEALS-1', 4, 0, true],
    ['ORDER-TEST-HEALS-1', 1, 1, false],
    ['ORDER-TEST-HEALS-2', 1, 1, true],
  ])('%s at attempt %d after %d redrives fails: %s', (orderId, attempt, redriveCount, fails) => {
    const run = () => simulateFailure(orderId, { attempt, redriveCount });
    if (fails)
      expect(run).toThrow(
        expect.objectContaining({ name: 'ValueError', message: 'Simulated processing failure' }),
      );
    else expect(run).not.toThrow();
  });
});
