import type { JobProgress, OutcomeCounts } from '../model/job.ts';
import { eachLoad } from './item-loads.ts';
import type { Slice } from './job-changes.ts';
import type { JobList } from './job-list.ts';
import { createJobWatch, type JobWatch } from './job-watch.ts';
import { keepTrying } from './keep-trying.ts';

/** While others are sent, so many that have not ended are looked at, and not more often than this. */
const GLANCE_MS = 500;
const GLANCE_MAX = 100;
/** While all wait for their outcomes, so many in one round. */
const ROUND_MAX = 1_000;

/** Looks for the outcomes of what a job has sent. Whatever fails rejects the next call. */
export interface JobLooks extends Pick<JobWatch, 'add' | 'pending'> {
  /** Looks at a few, besides what goes on, if it has not done so for a while. */
  glance(): void;
  /** Looks at many. */
  round(): Promise<void>;
  /** Waits until what `glance` began is done. */
  settle(): Promise<void>;
  /** For the job's progress: outcomes of all that were sent. */
  counts(): Pick<JobProgress, keyof OutcomeCounts | 'ended'>;
  /** Outcomes of the present wave. */
  wave(): OutcomeCounts;
}

/** Begins with what a slice before this one has sent, and did not see the end of: each of them is looked at once. */
export async function createJobLooks(slice: Slice, list: JobList): Promise<JobLooks> {
  const { hold, deps, patience } = slice;
  const { clock } = deps;
  const before = hold.job.progress;
  const watch = createJobWatch(hold.job, deps.staleAfterMs);
  let known = before.ended.position;
  while (known < before.position) {
    const ids = await list.ids(known, before.position - known);
    if (ids.length === 0) break;
    for (const id of ids) watch.add(id, 'pending');
    known += ids.length;
  }
  const isListGone = known < before.position;

  const look = async (ids: readonly string[]): Promise<void> => {
    await eachLoad(ids, async (load) => {
      const items = await keepTrying(() => deps.index.getMany(load), patience);
      watch.note(load, items, clock.nowMs());
    });
  };
  let isIdle = true;
  let failure: { readonly error: unknown } | undefined;
  let glancing = Promise.resolve();
  const begin = (ids: readonly string[]): void => {
    isIdle = false;
    glancing = look(ids)
      .catch((error: unknown) => void (failure = { error }))
      .then(() => void (isIdle = true));
  };

  let hasCaughtUp = false;
  let glancedAtMs = clock.nowMs();
  begin(watch.next(Infinity));
  void glancing.then(() => void (hasCaughtUp = true));

  /** What was known does not sink while it is looked up again, or where nobody can look it up any more. */
  const counts: JobLooks['counts'] = () => {
    const { ended, ...now } = watch.counts();
    if (hasCaughtUp && !isListGone) return { ...now, ended };
    return {
      resolved: Math.max(now.resolved, before.resolved),
      failedAgain: Math.max(now.failedAgain, before.failedAgain),
      stale: Math.max(now.stale, before.stale),
      ended,
    };
  };
  const settle = async (): Promise<void> => {
    await glancing;
    if (failure !== undefined) throw failure.error;
  };

  return {
    add: (id, outcome) => watch.add(id, outcome),
    get pending() {
      return watch.pending;
    },
    glance() {
      if (!isIdle || clock.nowMs() < glancedAtMs + GLANCE_MS) return;
      glancedAtMs = clock.nowMs();
      begin(watch.next(GLANCE_MAX));
    },
    async round() {
      await settle();
      await look(watch.next(ROUND_MAX));
    },
    settle,
    counts,
    wave() {
      const { resolved, failedAgain, stale } = counts();
      const { before: earlier } = hold.job.progress;
      return {
        resolved: resolved - earlier.resolved,
        failedAgain: failedAgain - earlier.failedAgain,
        stale: stale - earlier.stale,
      };
    },
  };
}
