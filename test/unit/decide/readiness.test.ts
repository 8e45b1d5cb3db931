import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plausibleDueMs, whenDue } from '../../../lib/decide/readiness.ts';
import { retryPolicy } from '../../../lib/decide/tiers.ts';
import * as given from '../../support/builders.ts';

const at = (notBeforeMs: number | undefined, name = '') => ({ notBeforeMs, name });

describe('whenDue', () => {
  it('starts what is due, whatever stands before it', () => {
    const { start, rest, lookAgainAtMs } = whenDue([at(300), at(100), at(undefined)], 9, 200, 1000);
    expect(start).toEqual([at(100), at(undefined)]);
    expect(rest).toEqual([at(300)]);
    expect(lookAgainAtMs).toBe(300);
  });

  it('starts at the due instant, not a millisecond before', () => {
    expect(whenDue([at(200)], 1, 199, 1000).start).toEqual([]);
    expect(whenDue([at(200)], 1, 200, 1000).start).toEqual([at(200)]);
  });

  it('starts nothing after the latest start, and waits for nothing beyond it', () => {
    expect(whenDue([at(undefined)], 1, 1001, 1000).start).toEqual([]);
    expect(whenDue([at(1001)], 1, 500, 1000).lookAgainAtMs).toBeUndefined();
    expect(whenDue([at(1000)], 1, 500, 1000).lookAgainAtMs).toBe(1000);
  });

  it('drops nothing, starts nothing early, keeps to the bound and to the order', () => {
    const waiting = fc.array(
      fc.record({ notBeforeMs: fc.option(fc.nat(1000), { nil: undefined }), name: fc.uuid() }),
    );
    fc.assert(
      fc.property(waiting, fc.nat(10), fc.nat(1000), fc.nat(1000), (records, free, now, latest) => {
        const { start, rest, lookAgainAtMs } = whenDue(records, free, now, latest);
        const inOrder = (some: readonly unknown[]) => records.filter((one) => some.includes(one));
        expect(inOrder(start)).toEqual(start);
        expect(inOrder(rest)).toEqual(rest);
        expect(start.length + rest.length).toBe(records.length);
        expect(start.length).toBeLessThanOrEqual(free);
        for (const { notBeforeMs } of start) expect(notBeforeMs ?? 0).toBeLessThanOrEqual(now);
        if (start.length > 0) expect(now).toBeLessThanOrEqual(latest);
        if (lookAgainAtMs !== undefined) expect(lookAgainAtMs).toBeGreaterThan(now);
      }),
    );
  });
});

describe('plausibleDueMs', () => {
  const policy = given.policy(); // 1, 2 and 4 s

  it.each([
    ['a due time that a wait can have', 9_000, 840_000, 9_000],
    ['one that is over', 0, 840_000, 0],
    ['one that this invocation cannot serve', 9_000, 8_500, 9_000],
    ['one beyond any wait: the longest wait', 9_001, 840_000, 9_000],
    ['one beyond any wait that this invocation cannot serve: its last moment', 9_001, 8_500, 7_500],
  ])('%s', (_, notBeforeMs, latestStartMs, dueMs) => {
    expect(plausibleDueMs(notBeforeMs, policy, 1_000, latestStartMs)).toBe(dueMs);
  });

  it('without retries nothing waits', () => {
    const none = given.policy({ retriesMax: 0 });
    expect(plausibleDueMs(9_000, none, 1_000, 840_000)).toBe(1_000);
  });

  it('never moves a true due time: whatever the jitter, the age of the copy and the time that is left', () => {
    const settings = fc.record({
      retriesMax: fc.integer({ min: 1, max: 8 }),
      initialBackoffMs: fc.integer({ min: 1, max: 5_000 }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(
        settings,
        fc.nat(7),
        fc.nat(100_000),
        fc.nat(100_000),
        (over, nth, agoMs, leftMs) => {
          const some = retryPolicy({
            orderTopic: 'o',
            maxBackoffMs: 60_000,
            drainDelaysMs: [],
            ...over,
          });
          const tier = some.tiers[nth % some.tiers.length];
          const dueMs = 1e6 - agoMs + (tier?.delayMs ?? 0) * (1 + over.jitter);
          expect(plausibleDueMs(dueMs, some, 1e6, 1e6 + leftMs)).toBe(dueMs);
        },
      ),
    );
  });
});
