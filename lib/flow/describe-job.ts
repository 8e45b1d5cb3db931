import { AppError } from '../model/errors.ts';
import type { Job, JobKind } from '../model/job.ts';
import type { JobPage, JobPosition, JobStore } from '../ports/job-store.ts';

/**
 * A plan, or a job, of that kind.
 * @throws AppError JOB_NOT_FOUND, STORE_UNAVAILABLE
 */
export async function getJob(
  id: string,
  kind: JobKind,
  { jobs }: { readonly jobs: JobStore },
): Promise<Job> {
  const job = await jobs.get(id);
  if (job?.kind !== kind) throw jobNotFound(id, kind);
  return job;
}

/**
 * Those that were started, the newest first.
 * @throws AppError STORE_UNAVAILABLE
 */
export function listJobs(
  kind: JobKind,
  limit: number,
  after: JobPosition | null,
  { jobs }: { readonly jobs: JobStore },
): Promise<JobPage> {
  return jobs.list(kind, limit, after);
}

export function jobNotFound(id: string, kind: JobKind): AppError {
  return new AppError(
    'JOB_NOT_FOUND',
    `No ${kind} has the id ${id}: plans are kept for 24 hours; plan again, or take an id that /api/dlq/${kind}s shows`,
  );
}
