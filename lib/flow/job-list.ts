import type { Slice } from './job-changes.ts';
import { keepTrying } from './keep-trying.ts';

/** Ids of the frozen list that are read at a time. */
const IDS_AT_ONCE = 1_000;

/** The frozen list of a job, read as far as it is needed. */
export interface JobList {
  /** At most `count`; fewer at the list's end. @throws OutOfTimeError */
  ids(position: number, count: number): Promise<readonly string[]>;
}

export function createJobList({
  hold,
  deps,
  patience,
}: Pick<Slice, 'hold' | 'deps' | 'patience'>): JobList {
  let known: { readonly from: number; readonly ids: readonly string[] } = { from: 0, ids: [] };
  return {
    async ids(position, count) {
      const { id, planned } = hold.job;
      const to = Math.min(position + count, planned);
      const isKnown = position >= known.from && to <= known.from + known.ids.length;
      if (!isKnown && to > position) {
        const wanted = Math.max(IDS_AT_ONCE, count);
        const ids = await keepTrying(() => deps.jobs.ids(id, position, wanted), patience);
        known = { from: position, ids };
      }
      return known.ids.slice(position - known.from, Math.max(position, to) - known.from);
    },
  };
}
