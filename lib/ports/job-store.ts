import type { Job, JobKind } from '../model/job.ts';

/** A place in the list "newest first"; what lies after it comes next. */
export interface JobPosition {
  readonly createdAtMs: number;
  readonly id: string;
}

export interface JobPage {
  readonly jobs: readonly Job[];
  readonly next: JobPosition | null;
}

/**
 * Jobs and their frozen lists. A job that has expired may be there for days yet: compare its `expiresAtMs`. The list
 * of one that runs is there. Rejects with AppError STORE_UNAVAILABLE.
 */
export interface JobStore {
  /**
   * Writes a new job with its whole list; the job is there only once the list is. One that is there already stays.
   * @param ids of dead letters, 32 hex characters each; rejects with RangeError where one is none
   */
  create(job: Job, ids: readonly string[]): Promise<void>;
  /** Strongly consistent; undefined where there is none. */
  get(id: string): Promise<Job | undefined>;
  /** Writes the job on condition that the stored revision is `job.revision - 1`. @returns false where it is not */
  put(job: Job): Promise<boolean>;
  /** Ids of the list from `position` on, at most `count` (≤ 10,000). */
  ids(id: string, position: number, count: number): Promise<readonly string[]>;
  /** Those that were started, the newest first; plans that were not are left out. */
  list(kind: JobKind, limit: number, after: JobPosition | null): Promise<JobPage>;
}
