import { addCounts } from '../decide/group-change.ts';
import type { GroupChange, GroupStore } from '../ports/group-store.ts';

/** Changes of one group that are written together. */
interface Round {
  change: GroupChange;
  readonly made: Promise<boolean>;
}

/**
 * Groups for a writer of many dead letters: of one group one change at a time is being written, and what comes meanwhile
 * is added up and written as one. That bounds what a flood of failures with one cause asks of one item by how long a write
 * takes, where the store has a limit. Each `apply` resolves once its change is written; `true` goes to the first `seen` in
 * what made the group. Where a write fails, all that are in it reject.
 */
export function mergeGroupChanges(groups: GroupStore): GroupStore {
  /** Those that still take more in. */
  const waiting = new Map<string, Round>();
  /** Settled once the group's last round is written; never rejects. */
  const ends = new Map<string, Promise<void>>();

  const open = (change: GroupChange): Round => {
    const { group } = change;
    const before = ends.get(group) ?? Promise.resolve();
    const round: Round = {
      change,
      made: before.then(() => {
        waiting.delete(group);
        return groups.apply(round.change);
      }),
    };
    const forget = () => {
      if (ends.get(group) === end) ends.delete(group);
    };
    const end = round.made.then(forget, forget);
    waiting.set(group, round);
    ends.set(group, end);
    return round;
  };

  const apply = async (change: GroupChange): Promise<boolean> => {
    const round = waiting.get(change.group);
    if (round === undefined) return (await open(change).made) && change.seen !== undefined;
    const isFirstSeen = change.seen !== undefined && round.change.seen === undefined;
    round.change = sum(round.change, change);
    return (await round.made) && isFirstSeen;
  };

  return { ...groups, apply };
}

/** Both at once: seen first as the one that came first says, and last when the later one came. */
function sum(one: GroupChange, other: GroupChange): GroupChange {
  const counts = addCounts([one.counts, other.counts]);
  const seen = one.seen ?? other.seen;
  if (seen === undefined) return { group: one.group, counts };
  const atMs = Math.max(seen.atMs, other.seen?.atMs ?? 0);
  return { group: one.group, counts, seen: { ...seen, atMs } };
}
