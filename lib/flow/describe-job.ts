import { AppError } from '../model/errors.ts';
import type { Job, JobKind } from '../model/job.ts';
import type { JobStore } from '../ports/job-store.ts';

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

export function jobNotFound(id: string, kind: JobKind): AppError {
  return new AppError(
    'JOB_NOT_FOUND',
    `No ${kind} has the id ${id}: plans are kept for 24 hours; plan again, or take an id that /api/dlq/${kind}s shows`,
  );
}
