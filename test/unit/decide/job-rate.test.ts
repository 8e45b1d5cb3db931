import fc from 'fast-check';
import { expect, it } from 'vitest';
import { secondsLeft, shownRate } from '../../../lib/decide/job-rate.ts';
import type { Job } from '../../../lib/model/job.ts';
import { startedJob } from '../../support/jobs.ts';

const START_MS = 1_000_000;

function jobAt(tookMs: number, sent: number, over: Partial<Job> = {}): Job {
  const job = startedJob({ planned: 100, startedAtMs: START_MS, ...over });
  const progress = { ...job.progress, sent, position: sent, atMs: START_MS + tookMs };
  return { ...job, progress };
}

/** Within a wave that ends at `to`. */
function sendingAt(
  tookMs: number,
  sent: number,
  paceFrom: Job['progress']['paceFrom'],
  to: number,
): Job {
  const job = jobAt(tookMs, sent);
  return { ...job, progress: { ...job.progress, paceFrom, wave: { from: 0, to } } };
}

it.each([
  { what: 'ten in two seconds', job: jobAt(2000, 10), rate: 5, left: 18 },
  { what: 'one in three seconds', job: jobAt(3000, 1), rate: 0.33, left: 300 },
  { what: 'within the first millisecond', job: jobAt(0, 1), rate: 1000, left: 1 },
  { what: 'nothing yet', job: jobAt(2000, 0), rate: null, left: null },
  { what: 'no slice yet', job: startedJob(), rate: null, left: null },
  {
    what: 'sending, after it waited long',
    job: sendingAt(10_000, 11, { atMs: START_MS + 9_000, position: 1 }, 31),
    rate: 9,
    left: 10,
  },
  {
    what: 'the first of a wave',
    job: sendingAt(10_000, 11, { atMs: START_MS + 9_000, position: 10 }, 31),
    rate: 1.1,
    left: 81,
  },
  {
    what: 'waiting for the outcomes of a wave',
    job: sendingAt(10_000, 11, { atMs: START_MS + 9_000, position: 1 }, 11),
    rate: 1.1,
    left: 81,
  },
  {
    what: 'all sent, outcomes awaited',
    job: jobAt(2000, 100),
    rate: 50,
    left: null,
  },
  {
    what: 'being called off',
    job: jobAt(2000, 10, { state: 'cancelling' }),
    rate: 5,
    left: null,
  },
  {
    what: 'ended',
    job: jobAt(2000, 10, { state: 'stopped', endedAtMs: START_MS + 2000 }),
    rate: 5,
    left: 0,
  },
  {
    what: 'so slow that its rate rounds to nothing',
    job: jobAt(10_000_000, 1),
    rate: 0,
    left: null,
  },
])('$what: $rate a second, $left s left', ({ job, rate, left }) => {
  expect(shownRate(job)).toBe(rate);
  expect(secondsLeft(job)).toBe(left);
});

it('is never below zero, and never endless', () => {
  fc.assert(
    fc.property(fc.nat(1e9), fc.nat(100), (tookMs, sent) => {
      const job = jobAt(tookMs, sent);
      expect(shownRate(job) ?? 0).toBeGreaterThanOrEqual(0);
      const left = secondsLeft(job) ?? 0;
      expect(left).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(left)).toBe(true);
    }),
  );
});
