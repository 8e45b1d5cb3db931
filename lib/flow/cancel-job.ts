import { AppError } from '../model/errors.ts';
import type { Job, JobKind, JobState } from '../model/job.ts';
import type { Clock } from '../ports/clock.ts';
import type { JobStore } from '../ports/job-store.ts';
import type { Log } from '../ports/log.ts';
import { getJob } from './describe-job.ts';
import { createJobJournal } from './job-journal.ts';
import { publishJobRecord, type JobRecordDeps } from './job-record.ts';
import { busy } from './start-job.ts';

export interface CancelJobDeps extends JobRecordDeps {
  readonly jobs: JobStore;
  readonly clock: Clock;
  readonly log: Log;
}

const ENDED: readonly JobState[] = ['done', 'stopped', 'cancelled'];

/**
 * Calls a job off: what is sent goes on to its end, nothing more is sent, and what was claimed for it is open again. A
 * plan that was not started can be started no more. Calling off what is being called off is no mistake.
 *
 * @param by who, as the API knows them
 * @param deadlineMs epoch ms
 * @returns the job, `cancelling`, or `cancelled` where nobody had worked on it
 * @throws AppError JOB_NOT_FOUND, JOB_NOT_CANCELLABLE (it has ended), STORE_UNAVAILABLE, PUBLISH_NOT_ACKNOWLEDGED (it is
 * being called off; call it off once more)
 */
export async function cancelJob(
  id: string,
  kind: JobKind,
  by: string,
  deadlineMs: number,
  deps: CancelJobDeps,
): Promise<Job> {
  const job = await callOff(id, kind, by, deadlineMs, deps);
  // The slice that works it may be dead: this record ends the job as well.
  if (job.state === 'cancelling') await publishJobRecord({ jobId: id }, deadlineMs, deps);
  return job;
}

async function callOff(
  id: string,
  kind: JobKind,
  by: string,
  deadlineMs: number,
  { jobs, clock, log }: CancelJobDeps,
): Promise<Job> {
  let hasTried = false;
  for (;;) {
    const job = await getJob(id, kind, { jobs });
    if (hasTried && job.cancelledBy === by) {
      // It was written, and the answer was lost.
      createJobJournal(job, log).calledOff(by);
      return job;
    }
    if (job.state === 'cancelling') return job;
    if (ENDED.includes(job.state)) {
      throw new AppError(
        'JOB_NOT_CANCELLABLE',
        `The ${kind} ${id} has ended already (${job.state}): nothing is left to call off`,
      );
    }
    const nowMs = clock.nowMs();
    const called: Job = {
      ...job,
      revision: job.revision + 1,
      cancelledBy: by,
      ...(job.state === 'planned'
        ? { state: 'cancelled', endedAtMs: nowMs }
        : { state: 'cancelling' }),
    };
    if (await jobs.put(called)) {
      createJobJournal(called, log).calledOff(by);
      return called;
    }
    hasTried = true;
    if (nowMs >= deadlineMs) throw busy(job);
  }
}
