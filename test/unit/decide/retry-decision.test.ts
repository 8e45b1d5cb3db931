import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideRetry, notBefore } from '../../../lib/decide/retry-decision.ts';
import { REASONS } from '../../../lib/model/failure.ts';
import * as given from '../../support/builders.ts';

const NOW_MS = 1_000_000;

describe('decideRetry', () => {
  it.each([
    { attempt: 1, gives: 'order-events-retry-1s' },
    { attempt: 2, gives: 'order-events-retry-2s' },
    { attempt: 3, gives: 'order-events-retry-4s' },
  ])('attempt $attempt goes to $gives', ({ attempt, gives }) => {
    const decision = decideRetry(given.failure(), attempt, given.policy());
    expect(decision).toMatchObject({ kind: 'retry', tier: { topic: gives } });
  });

  it.each([
    { attempt: 4, why: 'it was the last one' },
    { attempt: 9, why: 'the policy was lowered meanwhile' },
  ])('attempt $attempt is dead-lettered: $why', ({ attempt }) => {
    const decision = decideRetry(given.failure(), attempt, given.policy());
    expect(decision).toEqual({ kind: 'dead-letter', reason: 'retries-exhausted' });
  });

  it('without retries the first failure is dead-lettered', () => {
    const decision = decideRetry(given.failure(), 1, given.policy({ retriesMax: 0 }));
    expect(decision).toEqual({ kind: 'dead-letter', reason: 'retries-exhausted' });
  });

  it.each(REASONS)(
    'a failure that is not retriable (%s) is dead-lettered at any attempt',
    (reason) => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 10 }), (attempt) => {
          const failure = given.failure({ retriable: false, reason });
          expect(decideRetry(failure, attempt, given.policy())).toEqual({
            kind: 'dead-letter',
            reason,
          });
        }),
      );
    },
  );
});

describe('notBefore', () => {
  it.each([
    { lane: 0, gives: NOW_MS + 1000 },
    { lane: 0.2, gives: NOW_MS + 1200 },
    { lane: 0.0001, gives: NOW_MS + 1001 }, // Rounded up: never earlier than said.
  ])('a lane factor of $lane gives $gives', ({ lane, gives }) => {
    expect(notBefore({ topic: 't', delayMs: 1000 }, lane, NOW_MS)).toBe(gives);
  });
});
