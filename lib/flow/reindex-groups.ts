import { fingerprint } from '../decide/fingerprint.ts';
import {
  afterPage,
  COUNT_BEGINS,
  countsOf,
  COUNTED_LISTS,
  emptyTally,
  tallied,
} from '../decide/reindex-count.ts';
import type { DeadLetterGroup } from '../model/dead-letter.ts';
import type { CountState, GroupTally, SweepState } from '../model/reindex.ts';
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

export interface GroupDeps {
  readonly index: DeadLetterIndex;
  readonly groups: GroupStore;
  readonly clock: Clock;
  /** Groups that are known to have a row; kept over the steps of one call. */
  readonly known: Set<string>;
  readonly bounds: {
    /** Items of one page, and groups of one. */
    readonly pageItems: number;
    readonly pageGroups: number;
  };
}

/**
 * One page of the sweep: every group that has an item has a row after it.
 * @throws AppError STORE_UNAVAILABLE
 */
export async function stepSweep({ after }: SweepState, deps: GroupDeps): Promise<Step> {
  const { index, groups, known, bounds } = deps;
  const { items, next } = await index.sweep(bounds.pageItems, after);
  for (const { id, group, errorType, errorMessage, arrivedAtMs } of items) {
    // What nothing is known of has no group.
    if (group === '' || known.has(group)) continue;
    known.add(group);
    if ((await groups.version(group)) > 0) continue;
    const { title } = fingerprint({ type: errorType, message: errorMessage });
    const seen = { title, errorType, atMs: arrivedAtMs, example: id };
    await groups.apply({ group, counts: {}, seen });
  }
  return { state: next === null ? undefined : { phase: 'sweep', after: next }, counts: {} };
}

/**
 * One step of counting: a page of groups is taken, or a page of a group's items is counted, or the counts are written where
 * no change came in between.
 * @throws AppError STORE_UNAVAILABLE
 */
export async function stepCount(state: CountState, deps: GroupDeps): Promise<Step> {
  const tally = state.page[state.at];
  if (tally !== undefined) return { state: await countPage(state, tally, deps), counts: {} };
  if (state.page.length > 0) return write(state, deps);
  if (!state.more) return { state: undefined, counts: {} };
  const { groups, bounds } = deps;
  const { groups: found, next } = await groups.list(bounds.pageGroups, state.after);
  const page = await tallies(
    found.map(({ group }) => group),
    deps,
  );
  return { state: { ...COUNT_BEGINS, after: next, more: next !== null, page }, counts: {} };
}

/** Nothing is counted of them yet; what was written before is in the lists. */
async function tallies(
  names: readonly string[],
  { groups, clock }: GroupDeps,
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
  { index, bounds }: GroupDeps,
): Promise<CountState> {
  const listed = COUNTED_LISTS[state.list];
  const filter = { group: tally.group, ...(listed && { state: listed }) };
  const { items, next } = await index.list(filter, bounds.pageItems, state.position);
  return afterPage(state, tallied(tally, items), next);
}

async function write(state: CountState, deps: GroupDeps): Promise<Step> {
  const { groups, clock } = deps;
  await clock.sleep(SETTLE_MS);
  const written = await Promise.all(
    state.page.map(async (tally) => {
      const isWritten = await groups.recount(tally.group, countsOf(tally), tally.since);
      if (isWritten) await widen(tally, groups);
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

/** A row that was made anew knows only when one of its dead letters arrived. */
async function widen({ group, firstMs, lastMs }: GroupTally, groups: GroupStore): Promise<void> {
  const row: DeadLetterGroup | undefined = await groups.get(group);
  if (row === undefined || firstMs === null || lastMs === null) return;
  if (firstMs >= row.firstSeenAtMs && lastMs <= row.lastSeenAtMs) return;
  await groups.widen(group, firstMs, lastMs);
}
