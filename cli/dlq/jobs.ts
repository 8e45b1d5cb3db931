import { JOB_KINDS, type JobKind } from '../../lib/model/job.ts';
import { type Api, ApiError } from './api.ts';
import { type Fields, fieldsAt } from './fields.ts';

/** Where the API has the jobs of a kind. Pure. */
export function jobsPath(kind: JobKind): string {
  return `/api/dlq/${kind}s`;
}

/** Where the API has one job. Pure. */
export function jobPath(kind: JobKind, id: string): string {
  return `${jobsPath(kind)}/${encodeURIComponent(id)}`;
}

/** A job as it is now. @throws as `Api` */
export async function readJob(api: Api, kind: JobKind, id: string): Promise<Fields> {
  return fieldsAt(await api('GET', jobPath(kind, id)), 'job');
}

/** A job of whatever kind: an id does not say. @throws as `Api`; ApiError JOB_NOT_FOUND where no kind has it */
export async function findJob(
  api: Api,
  id: string,
  kinds: readonly JobKind[] = JOB_KINDS,
): Promise<{ kind: JobKind; job: Fields }> {
  let unknown: ApiError | undefined;
  for (const kind of kinds) {
    try {
      return { kind, job: await readJob(api, kind, id) };
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'JOB_NOT_FOUND') throw error;
      unknown = error;
    }
  }
  throw unknown ?? new ApiError(404, 'JOB_NOT_FOUND', `There is no job ${id}`);
}
