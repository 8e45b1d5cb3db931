import {
  DEAD_LETTER_STATES,
  type DeadLetterGroup,
  type DeadLetterItem,
} from '../model/dead-letter.ts';
import { lastFailedMs } from './history.ts';
import type { CountState, GroupTally } from '../model/reindex.ts';

/** Lists that hold all items of a group together: the first is that of what is in the DLQ now. */
export const COUNTED_LISTS = [undefined, 'resolved', 'discarded', 'purging', 'purged'] as const;

/** Before the first page of groups. */
export const COUNT_BEGINS: CountState = {
  phase: 'count',
  after: null,
  more: true,
  page: [],
  at: 0,
  list: 0,
  position: null,
  tries: 0,
};

/** A group of which nothing is counted yet. @param since its version now */
export function emptyTally(group: string, since: number): GroupTally {
  const counts = DEAD_LETTER_STATES.map(() => 0);
  return { group, since, counts, firstMs: null, firstId: null, lastMs: null };
}

/** The tally with a page of the group's items. Pure, total. */
export function tallied(
  tally: GroupTally,
  items: readonly Pick<DeadLetterItem, 'id' | 'state' | 'arrivedAtMs' | 'history'>[],
): GroupTally {
  const counts = [...tally.counts];
  let { firstMs, firstId, lastMs } = tally;
  for (const item of items) {
    const { id, state, arrivedAtMs } = item;
    const index = DEAD_LETTER_STATES.indexOf(state);
    counts[index] = (counts[index] ?? 0) + 1;
    if (firstMs === null || arrivedAtMs < firstMs) [firstMs, firstId] = [arrivedAtMs, id];
    lastMs = Math.max(lastMs ?? arrivedAtMs, lastFailedMs(item));
  }
  return { ...tally, counts, firstMs, firstId, lastMs };
}

/**
 * Where counting goes on after a page of a list: on in that list, with the next list, or with the next group. Pure, total.
 */
export function afterPage(
  state: CountState,
  tally: GroupTally,
  next: CountState['position'],
): CountState {
  const page = state.page.with(state.at, tally);
  if (next !== null) return { ...state, page, position: next };
  const list = state.list + 1;
  if (list < COUNTED_LISTS.length) return { ...state, page, list, position: null };
  return { ...state, page, at: state.at + 1, list: 0, position: null };
}

/** Counts by state. Pure, total. */
export function countsOf({ counts }: GroupTally): DeadLetterGroup['counts'] {
  const named = DEAD_LETTER_STATES.map((state, index) => [state, counts[index] ?? 0]);
  return Object.fromEntries(named) as DeadLetterGroup['counts'];
}
