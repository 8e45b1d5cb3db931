import { isWorked } from '../decide/job-count.ts';
import type { Job, JobProgress } from '../model/job.ts';
import type { JobRecord } from '../codec/job-record.ts';
import type { JobStore } from '../ports/job-store.ts';
import { HopelessError, keepTrying, type Patience } from './keep-trying.ts';

/** Another slice has taken the job over: this one stops, and writes nothing more. */
export class JobLostError extends HopelessError {
  override readonly name = 'JobLostError';
}

/** A job that a slice holds. Everything rejects with JobLostError once another slice holds it, OutOfTimeError at the end. */
export interface JobHold {
  /** As it was written, or read, last. */
  readonly job: Job;
  /**
   * Writes how far it is. Whoever called the job off meanwhile is not overwritten; of a job that has ended, outcomes are
   * written and nothing else changes.
   */
  save(progress: Partial<JobProgress>): Promise<void>;
  /** Writes how it ended. */
  end(state: 'done' | 'stopped' | 'cancelled', progress: Partial<JobProgress>): Promise<void>;
  /** Reads whether it was called off. */
  look(): Promise<void>;
}

export interface JobHoldDeps extends Patience {
  readonly jobs: JobStore;
}

/** Where a slice's record lies, and which run of it this is. */
export interface SliceName {
  readonly place: string;
  /** Begins with the place, and is another one at each delivery of the record. */
  readonly token: string;
}

/**
 * Takes a job over, by writing this slice's token into it: one that runs, that is being called off, or that has ended and is
 * counted on. A record that a slice handed on counts while that slice is the
 * last one, and after a crash of its own run; a record of whoever started the job, or called it off, counts always. So of
 * two rows of slices one goes on, and never none.
 *
 * @returns undefined where the job is over, or is worked by others
 */
export async function takeOver(
  { jobId, after }: JobRecord,
  { place, token }: SliceName,
  deps: JobHoldDeps,
): Promise<JobHold | undefined> {
  const { jobs } = deps;
  return keepTrying(async () => {
    for (;;) {
      const job = await jobs.get(jobId);
      if (job === undefined || !isWorked(job)) return undefined;
      const { slice } = job.progress;
      const isOurs = slice === after || slice?.startsWith(`${place}/`) === true;
      if (after !== undefined && !isOurs) return undefined;
      const progress = { ...job.progress, slice: token };
      const held = { ...job, revision: job.revision + 1, progress };
      if (await jobs.put(held)) return holdOf(held, token, deps);
    }
  }, deps);
}

function holdOf(taken: Job, token: string, deps: JobHoldDeps): JobHold {
  const { jobs, clock } = deps;
  let job = taken;

  const look = async (): Promise<void> => {
    const fresh = await jobs.get(job.id);
    if (fresh?.progress.slice !== token)
      throw new JobLostError(`Job ${job.id} is worked by others`);
    job = fresh;
  };

  /** What was written is written again where its acknowledgement was lost: nobody else writes what this slice does. */
  const write = (change: (job: Job) => Job): Promise<void> =>
    keepTrying(async () => {
      for (;;) {
        const next = { ...change(job), revision: job.revision + 1 };
        if (await jobs.put(next)) {
          job = next;
          return;
        }
        await look();
      }
    }, deps);

  const progressOf = (base: Job, progress: Partial<JobProgress>): JobProgress => ({
    ...base.progress,
    ...progress,
    // Its rate is that of the time in which it sent.
    atMs: base.endedAtMs === null ? clock.nowMs() : base.progress.atMs,
  });

  return {
    get job() {
      return job;
    },
    save: (progress) => write((base) => ({ ...base, progress: progressOf(base, progress) })),
    end: (state, progress) =>
      write((base) => ({
        ...base,
        state,
        endedAtMs: clock.nowMs(),
        progress: progressOf(base, progress),
      })),
    look: () => keepTrying(look, deps),
  };
}
