import { AppError } from '../../lib/model/errors.ts';
import type { Job } from '../../lib/model/job.ts';
import type { JobPosition, JobStore } from '../../lib/ports/job-store.ts';

/** The port in memory; test/contract/job-store.test.ts holds it to what the real one does. */
export interface MemoryJobStore extends JobStore {
  /** While true, nothing is answered but that. */
  down: boolean;
  jobs(): readonly Job[];
}

export function createMemoryJobStore(): MemoryJobStore {
  const jobs = new Map<string, Job>();
  const lists = new Map<string, readonly string[]>();

  const answered = async <T>(answer: () => T): Promise<T> => {
    if (store.down) throw new AppError('STORE_UNAVAILABLE', 'the jobs in memory are down');
    return answer();
  };
  const store: MemoryJobStore = {
    down: false,
    jobs: () => [...jobs.values()],
    create: (job, ids) =>
      answered(() => {
        if (jobs.has(job.id)) return;
        lists.set(job.id, [...ids]);
        jobs.set(job.id, job);
      }),
    get: (id) => answered(() => jobs.get(id)),
    put: (job) =>
      answered(() => {
        if (jobs.get(job.id)?.revision !== job.revision - 1) return false;
        jobs.set(job.id, job);
        return true;
      }),
    ids: (id, position, count) =>
      answered(() => (lists.get(id) ?? []).slice(position, position + count)),
    list: (kind, limit, after) =>
      answered(() => {
        const left = [...jobs.values()]
          .filter((job) => job.kind === kind && job.startedAtMs !== null)
          .toSorted((a, b) => (comesAfter(b, a) ? -1 : 1))
          .filter((job) => after === null || comesAfter(job, after));
        const page = left.slice(0, limit);
        const last = page.at(-1);
        const next = left.length > limit && last ? last : null;
        return { jobs: page, next: next && { createdAtMs: next.createdAtMs, id: next.id } };
      }),
  };
  return store;
}

function comesAfter(one: JobPosition, other: JobPosition): boolean {
  if (one.createdAtMs !== other.createdAtMs) return one.createdAtMs < other.createdAtMs;
  return one.id < other.id;
}
