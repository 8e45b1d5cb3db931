import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  backoffMs,
  longestWaitMs,
  staleAfterMs,
  tierWindowSeconds,
} from '../../../lib/decide/tiers.ts';
import * as given from '../../support/builders.ts';

const policies = fc.record({
  retriesMax: fc.integer({ min: 0, max: 20 }),
  initialBackoffMs: fc.integer({ min: 1, max: 60_000 }),
  maxBackoffMs: fc.integer({ min: 1, max: 600_000 }),
});

describe('retryPolicy', () => {
  it.each([
    {
      over: {},
      topics: ['order-events-retry-1s', 'order-events-retry-2s', 'order-events-retry-4s'],
    },
    { over: { retriesMax: 0 }, topics: [] },
    { over: { initialBackoffMs: 1500, retriesMax: 1 }, topics: ['order-events-retry-1500ms'] },
    {
      over: { maxBackoffMs: 2000 },
      topics: ['order-events-retry-1s', 'order-events-retry-2s', 'order-events-retry-2s'],
    },
  ])('$over gives the tiers $topics', ({ over, topics }) => {
    expect(given.policy(over).tierAfterAttempt.map((tier) => tier.topic)).toEqual(topics);
  });

  it('reads one topic for each distinct delay, and those that are being drained', () => {
    const topics = given.policy({ maxBackoffMs: 2000, drainDelaysMs: [8000, 1000] }).tiers;
    expect(topics.map((tier) => tier.delayMs)).toEqual([1000, 2000, 8000]);
  });

  it('never gives two delays one topic, nor a wait above the maximum', () => {
    fc.assert(
      fc.property(policies, (over) => {
        const { tierAfterAttempt, tiers } = given.policy(over);
        expect(new Set(tiers.map((tier) => tier.topic)).size).toBe(tiers.length);
        for (const [index, tier] of tierAfterAttempt.entries()) {
          expect(tier.delayMs).toBe(backoffMs(index, over.initialBackoffMs, over.maxBackoffMs));
          expect(tier.delayMs).toBeLessThanOrEqual(over.maxBackoffMs);
        }
      }),
    );
  });
});

it.each([
  { jitter: 0, gives: 4000 },
  { jitter: 0.2, gives: 4800 },
])('the longest wait with jitter $jitter is $gives ms', ({ jitter, gives }) => {
  expect(longestWaitMs(given.policy({ jitter }))).toBe(gives);
});

it('without retries there is no wait', () => {
  expect(longestWaitMs(given.policy({ retriesMax: 0 }))).toBe(0);
});

it.each([
  { delayMs: 1000, gives: 0 },
  { delayMs: 9999, gives: 0 },
  { delayMs: 10_000, gives: 1 },
  { delayMs: 35_000, gives: 3 },
])('a tier of $delayMs ms has a batching window of $gives s', ({ delayMs, gives }) => {
  expect(tierWindowSeconds(delayMs)).toBe(gives);
});

it.each([
  { over: { jitter: 0 }, gives: 1_000 + 2_000 + 4_000 },
  { over: { jitter: 0.2 }, gives: 8_400 },
  // A delay that repeats is waited for again; one that is only being drained is not.
  { over: { jitter: 0, maxBackoffMs: 2_000, drainDelaysMs: [60_000] }, gives: 5_000 },
  { over: { retriesMax: 0 }, gives: 0 },
])('$over: a redrive is stale $gives ms and 15 minutes after its claim', ({ over, gives }) => {
  expect(staleAfterMs(given.policy(over))).toBe(gives + 900_000);
});
