import type { Job } from '../model/job.ts';

/**
 * Whether a job has ended of whose list something was sent that had not ended then: nothing is done for it any more, but
 * its outcomes are counted on, until each has ended or gone stale. Pure, total.
 */
export function isCounting({ state, progress }: Pick<Job, 'state' | 'progress'>): boolean {
  const { position, ended } = progress;
  return (state === 'stopped' || state === 'cancelled') && ended.position < position;
}

/** Whether there is anything left to do, or to count, for a job. Pure, total. */
export function isWorked(job: Pick<Job, 'state' | 'progress'>): boolean {
  return job.state === 'running' || job.state === 'cancelling' || isCounting(job);
}

/** How many were sent and have neither ended nor gone stale, as far as was counted. Pure, total. */
export function pendingOf({ progress }: Pick<Job, 'progress'>): number {
  const { position, ended, sent, resolved, failedAgain, stale } = progress;
  if (ended.position >= position) return 0;
  return Math.max(0, sent - resolved - failedAgain - stale);
}
