import { expect, it } from 'vitest';
import { isCounting, isWorked, pendingOf } from '../../../lib/decide/job-count.ts';
import type { JobProgress } from '../../../lib/model/job.ts';
import { startedJob } from '../../support/jobs.ts';

const { progress } = startedJob();
const at = (position: number, endedTo: number, over: Partial<JobProgress> = {}) => ({
  ...progress,
  position,
  ended: { ...progress.ended, position: endedTo },
  ...over,
});

it.each([
  ['running', at(5, 3), false],
  ['cancelling', at(5, 3), false],
  ['done', at(5, 5), false],
  ['stopped', at(5, 3), true],
  ['cancelled', at(5, 3), true],
  ['cancelled', at(5, 5), false],
  ['cancelled', at(0, 0), false],
] as const)(
  '%s: counts on only where it has ended before all that it has sent',
  (state, is, on) => {
    expect(isCounting({ state, progress: is })).toBe(on);
  },
);

it.each([
  ['planned', at(0, 0), false],
  ['running', at(5, 5), true],
  ['cancelling', at(5, 5), true],
  ['done', at(5, 5), false],
  ['stopped', at(5, 3), true],
  ['cancelled', at(5, 5), false],
] as const)('%s: is there anything left to do: %#', (state, is, on) => {
  expect(isWorked({ state, progress: is })).toBe(on);
});

it('what is on its way is what was sent and has not ended', () => {
  const counts = { sent: 7, resolved: 3, failedAgain: 1, stale: 1 };
  expect(pendingOf({ progress: at(9, 4, counts) })).toBe(2);
  // Whatever the counts are: all have ended.
  expect(pendingOf({ progress: at(9, 9, counts) })).toBe(0);
  expect(pendingOf({ progress: at(9, 4, { ...counts, resolved: 9 }) })).toBe(0);
});
