import { takeFitting } from '../codec/answer-size.ts';
import type { JobJson } from '../codec/job-answer.ts';
import { toJobJson } from '../codec/job-json.ts';
import { LIST_LIMIT_DEFAULT, type PageQuery } from '../codec/page-query.ts';
import type { JobKind } from '../model/job.ts';
import type { JobStore } from '../ports/job-store.ts';
import { cursorOf, placeOf } from './list-place.ts';

export interface ListedJobs {
  readonly jobs: readonly JobJson[];
  readonly nextCursor: string | null;
}

/**
 * A page of the jobs of one kind that were started, the newest first; bounded in size.
 * @throws AppError CURSOR_INVALID, STORE_UNAVAILABLE
 */
export async function pageOfJobs(
  kind: JobKind,
  { limit = LIST_LIMIT_DEFAULT, cursor }: PageQuery,
  deps: { readonly jobs: Pick<JobStore, 'list'> },
): Promise<ListedJobs> {
  const list = { list: `${kind}s` };
  const place = placeOf(cursor, list);
  const after = place && { createdAtMs: place.atMs, id: place.id };
  const { jobs: found, next } = await deps.jobs.list(kind, limit, after);
  const jobs = takeFitting(found.map(toJobJson));
  const last = jobs.length < found.length ? found[jobs.length - 1] : undefined;
  const end = last ?? next;
  return { jobs, nextCursor: cursorOf(end && { atMs: end.createdAtMs, id: end.id }, list) };
}
