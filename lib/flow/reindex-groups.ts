import {
  afterPage,
  COUNT_BEGINS,
  countsOf,
  COUNTED_LISTS,
  emptyTally,
  tallied,
} from '../decide/reindex-count.ts';
import type { CountState, GroupTally } from '../model/reindex.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeadLetterIndex } from '../ports/dead-letter-index.ts';
import type { GroupStore } from '../ports/group-store.ts';
import type { Step } from './reindex-topic.ts';

/** A group that changes while it is counted is counted anew so often. */
const TRIES_MAX = 3;

/**
 * Between item and count of a change, and between an item and the list that it appears in, some milliseconds pass. What was
 * written that long before a group's version was read is in the lists; what is written while they are counted has changed
 * the version that long after.
 */
const SETTLE_MS = 500;

export interface CountDeps {
  readonly index: DeadLetterIndex;
  readonly groups: GroupStore;
  readonly clock: Clock;
  readonly bounds: {
    /** Items of one page, and groups of one. */
    readonly pageItems: number;
    readonly pageGroups: number;
  };
}

/**
 * One step of counting: a page of groups is taken, or a page of a group's items is counted, or the counts are written where
 * no change came in between.
 * @throws AppError STORE_UNAVAILABLE
 */
export async function stepCount(state: CountState, deps: CountDeps): Promise<Step> {
  const tally = state.page[state.at];
  if (tally !== undefined) return { state: await countPage(state, tally, deps), counts: {} };
  if (state.page.length > 0) return write(state, deps);
  if (!state.more) return { state: undefined, counts: {} };
  const { groups, bounds } = deps;
  const { groups: found, next } = await groups.sweep(bounds.pageGroups, state.after);
  const page = await tallies(found, deps);
  return { state: { ...COUNT_BEGINS, after: next, more: next !== null, page }, counts: {} };
}

/** Nothing is counted of them yet; what was written before is in the lists. */
async function tallies(
  names: readonly string[],
  { groups, clock }: CountDeps,
): Promise<readonly GroupTally[]> {
  if (names.length === 0) return [];
  const page = await Promise.all(
    names.map(async (group) => emptyTally(group, await groups.version(group))),
  );
  await clock.sleep(SETTLE_MS);
  return page;
}

async function countPage(
  state: CountState,
  tally: GroupTally,
  { index, bounds }: CountDeps,
): Promise<CountState> {
  const listed = COUNTED_LISTS[state.list];
  const filter = { group: tally.group, ...(listed && { state: listed }) };
  const { items, next } = await index.list(filter, bounds.pageItems, state.position);
  return afterPage(state, tallied(tally, items), next);
}

async function write(state: CountState, deps: CountDeps): Promise<Step> {
  const { groups, clock } = deps;
  await clock.sleep(SETTLE_MS);
  const written = await Promise.all(
    state.page.map(async (tally) => {
      const isWritten = await groups.recount(tally.group, countsOf(tally), tally.since);
      if (isWritten) await mend(tally, deps);
      return isWritten;
    }),
  );
  const changed = state.page.filter((_, index) => written[index] === false);
  const recounted = state.page.length - changed.length;
  const tries = state.tries + 1;
  const isLeft = tries >= TRIES_MAX;
  const page = isLeft
    ? []
    : await tallies(
        changed.map(({ group }) => group),
        deps,
      );
  return {
    state: { ...state, page, at: 0, list: 0, position: null, tries },
    counts: { recounted, left: isLeft ? changed.length : 0 },
  };
}

/**
 * A row that was made anew knows only when one of its dead letters arrived; and the example of an old one may be gone, for
 * what has ended is forgotten.
 */
async function mend({ group, firstMs, firstId, lastMs }: GroupTally, deps: CountDeps) {
  const { groups, index } = deps;
  const row = await groups.get(group);
  if (row === undefined || firstMs === null || firstId === null || lastMs === null) return;
  if (firstMs < row.firstSeenAtMs || lastMs > row.lastSeenAtMs) {
    const seen = { firstSeenAtMs: firstMs, lastSeenAtMs: lastMs, example: firstId };
    await groups.widen(group, seen);
  }
  if (row.example === firstId || (await index.getMany([row.example])).length > 0) return;
  await groups.replaceExample(group, row.example, firstId);
}
