import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLane } from '../../../../../plugins/event-source-mapping/local/lane.ts';
import { resolveMapping } from '../../../../../plugins/event-source-mapping/local/mapping.ts';
import {
  createPollerCount,
  nextPollerCount,
} from '../../../../../plugins/event-source-mapping/local/poller-count.ts';

const need = { min: 1, max: 10, partitions: 20, waiting: 0, underWayMax: 500 };

// https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html
describe('nextPollerCount', () => {
  it('is twice as many where more waits than they can have under way', () => {
    expect(nextPollerCount(2, { ...need, waiting: 1_000 })).toBe(2);
    expect(nextPollerCount(2, { ...need, waiting: 1_001 })).toBe(4);
  });

  it('is one less where little waits', () => {
    expect(nextPollerCount(4, { ...need, waiting: 751 })).toBe(4);
    expect(nextPollerCount(4, { ...need, waiting: 750 })).toBe(3);
  });

  it('is no more than there are partitions', () => {
    expect(nextPollerCount(2, { ...need, partitions: 3, waiting: 1e9 })).toBe(3);
    expect(nextPollerCount(1, { ...need, min: 5, partitions: 3 })).toBe(3);
  });

  it('ends at the least or the most, whatever the lag, and never goes beyond', () => {
    const number = fc.integer({ min: 1, max: 200 });
    fc.assert(
      fc.property(number, number, fc.nat(1e6), (a, b, waiting) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        let now = min;
        for (let look = 0; look < 300; look++) {
          const next = nextPollerCount(now, { ...need, min, max, partitions: 1_000, waiting });
          expect(next).toBeGreaterThanOrEqual(min);
          expect(next).toBeLessThanOrEqual(max);
          if (next === now) return;
          now = next;
        }
        throw new Error('it comes to no rest');
      }),
    );
  });
});

describe('createPollerCount', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const nothing = () => undefined;
  const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  const behind = { ...createLane(0, 0, 0), endOffset: 1_000 };
  const lanes = new Map([0, 1].map((partition) => [partition, { ...behind, partition }]));
  const base = { functionName: 'f', topic: 't', consumerGroupId: 'g' };

  it.each([
    ['on-demand', 60_000, {}],
    ['provisioned', 1_000, { provisionedPollerConfig: {} }],
  ] as const)(
    '%s: one poller at first, and a look at the lag every %s ms',
    (_, everyMs, declared) => {
      let told = 0;
      const onMore = () => void told++;
      const mapping = resolveMapping({ ...base, ...declared });
      const pollers = createPollerCount({ mapping, schedule: { lanes }, log: silent, onMore });
      vi.advanceTimersByTime(everyMs - 1);
      expect(pollers.current()).toBe(1);
      vi.advanceTimersByTime(1);
      expect(pollers.current()).toBe(2);
      expect(told).toBe(1);
      pollers.stop();
      expect(vi.getTimerCount()).toBe(0);
    },
  );
});
