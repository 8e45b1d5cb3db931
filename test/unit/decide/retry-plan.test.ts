import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { laneFactor } from '../../../lib/decide/lane.ts';
import { partitionOfKey } from '../../../lib/decide/partition.ts';
import { planRetry } from '../../../lib/decide/retry-plan.ts';
import * as given from '../../support/builders.ts';

const tier = { topic: 'order-events-retry-2s', delayMs: 2000 };
const error = { type: 'ValueError', message: 'no' };

describe('planRetry', () => {
  it('keeps the first failure and the origin, and counts one attempt more', () => {
    const origin = { topic: 'order-events', partition: 3, offset: 77, timestampMs: 5 };
    const delivery = given.delivery({
      state: given.state({ attempt: 2, firstFailedAtMs: 10, origin }),
    });

    const { state } = planRetry({ delivery, tier, failedAtMs: 5000, error }, given.policy(), 4);

    expect(state).toEqual({
      attempt: 3,
      notBeforeMs: 7000,
      firstFailedAtMs: 10,
      lastFailedAtMs: 5000,
      error,
      origin,
    });
  });

  it('sends a key where the Java client would, with its lane’s wait', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.integer({ min: 1, max: 50 }),
        (key, count) => {
          const policy = given.policy({ jitter: 0.2 });
          const delivery = given.delivery({ record: given.record({ key }) });
          const planned = planRetry({ delivery, tier, failedAtMs: 0, error }, policy, count);
          expect(planned.partition).toBe(partitionOfKey(key, count));
          const factor = laneFactor(1, planned.partition, count, 0.2);
          expect(planned.state.notBeforeMs).toBe(Math.ceil(2000 * (1 + factor)));
          expect(planned.state.notBeforeMs).toBeGreaterThanOrEqual(2000);
        },
      ),
    );
  });

  it('spreads records without key over the partitions by their origin', () => {
    const partitions = [0, 1, 2, 3].map((offset) => {
      const origin = { topic: 'order-events', partition: 0, offset, timestampMs: 5 };
      const record = given.record({ key: null });
      const delivery = given.delivery({ record, state: given.state({ origin }) });
      return planRetry({ delivery, tier, failedAtMs: 0, error }, given.policy(), 4).partition;
    });
    expect(partitions).toEqual([0, 1, 2, 3]);
  });
});
