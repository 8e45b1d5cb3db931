import { isWorked } from '../decide/job-count.ts';
import { AppError } from '../model/errors.ts';
import type { Job, JobKind } from '../model/job.ts';
import type { Log } from '../ports/log.ts';
import { getJob, jobNotFound } from './describe-job.ts';
import { createJobJournal } from './job-journal.ts';
import { publishJobRecord, type JobRecordDeps } from './job-record.ts';
import { planJob, type JobRequest, type PlanJobDeps } from './plan-job.ts';

/** Brokers that do not answer are told of within 10 s, however long a plan may take. */
const PUBLISH_MS = 7_000;

export interface StartJobDeps extends PlanJobDeps, JobRecordDeps {
  readonly log: Log;
  /** How long a job is remembered from its start on. */
  readonly retentionMs: number;
}

/** A plan to start, or a selection that is frozen at this moment. */
export type StartJob = (
  | { readonly planId: string; readonly kind: JobKind }
  | { readonly request: Omit<JobRequest, 'by' | 'deadlineMs'> }
) & {
  /** Why, 1 to 500 characters. */
  readonly reason: string;
  /** Who, as the API knows them. */
  readonly by: string;
  /** Epoch ms. */
  readonly deadlineMs: number;
};

/**
 * Starts a job: from now on functions work it, slice by slice. The same plan started twice is one job; one that has ended
 * stays as it is, but for the outcomes that are counted on.
 *
 * @returns the job once the brokers acknowledged the record that has it worked on
 * @throws AppError JOB_NOT_FOUND, SELECTION_TOO_LARGE, TIMED_OUT, STORE_UNAVAILABLE, PUBLISH_NOT_ACKNOWLEDGED (it
 * runs, or will when it is started once more)
 */
export async function startJob(start: StartJob, deps: StartJobDeps): Promise<Job> {
  const { by, deadlineMs } = start;
  const planned =
    'planId' in start
      ? await getJob(start.planId, start.kind, deps)
      : await planJob({ ...start.request, by, deadlineMs }, deps);
  const job = await run(planned, start, deps);
  // One that has ended is counted on where nobody does: a version that did not know to may have ended it.
  if (isWorked(job)) {
    const publishedByMs = Math.min(deadlineMs, deps.clock.nowMs() + PUBLISH_MS);
    await publishJobRecord({ jobId: job.id }, publishedByMs, deps);
  }
  return job;
}

/** planned → running, by whoever is first. */
async function run(planned: Job, { reason, by, deadlineMs }: StartJob, deps: StartJobDeps) {
  const { clock, jobs, retentionMs } = deps;
  let job = planned;
  let tried: Job | undefined;
  while (job.state === 'planned') {
    const nowMs = clock.nowMs();
    if (job.expiresAtMs <= nowMs) throw jobNotFound(job.id, job.kind);
    const started: Job = {
      ...job,
      revision: job.revision + 1,
      state: 'running',
      reason,
      by,
      startedAtMs: nowMs,
      expiresAtMs: nowMs + retentionMs,
    };
    if (await jobs.put(started)) {
      createJobJournal(started, deps.log).started();
      return started;
    }
    tried = started;
    if (nowMs >= deadlineMs) throw busy(job);
    job = await getJob(job.id, job.kind, deps);
  }
  // It was written, and the answer was lost: whoever comes second finds another one's start.
  if (tried !== undefined && isSameStart(job, tried)) createJobJournal(job, deps.log).started();
  return job;
}

function isSameStart(job: Job, { startedAtMs, by, reason }: Job): boolean {
  return job.startedAtMs === startedAtMs && job.by === by && job.reason === reason;
}

/** Others write the job all the time. */
export function busy({ id }: Job): AppError {
  return new AppError('TIMED_OUT', `Job ${id} could not be written in time: ask again`);
}
