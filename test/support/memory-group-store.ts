import { DEAD_LETTER_STATES, type DeadLetterGroup } from '../../lib/model/dead-letter.ts';
import { AppError } from '../../lib/model/errors.ts';
import type { GroupChange, GroupPosition, GroupStore } from '../../lib/ports/group-store.ts';

/** The port in memory; test/contract/group-store.test.ts holds it to what the real one does. */
export interface MemoryGroupStore extends GroupStore {
  /** While true, nothing is answered but that. */
  down: boolean;
  groups(): readonly DeadLetterGroup[];
}

interface Stored {
  readonly group: DeadLetterGroup;
  readonly version: number;
}

const NONE = Object.fromEntries(
  DEAD_LETTER_STATES.map((state) => [state, 0]),
) as DeadLetterGroup['counts'];

export function createMemoryGroupStore(): MemoryGroupStore {
  /** Counts may be below zero in here, as in the real one; nobody is shown such a one. */
  const stored = new Map<string, Stored>();
  const groups = () => [...stored.values()].map(({ group }) => shown(group));

  const answered = async <T>(answer: () => T): Promise<T> => {
    if (store.down) throw new AppError('STORE_UNAVAILABLE', 'the groups in memory are down');
    return answer();
  };
  const store: MemoryGroupStore = {
    down: false,
    groups,
    apply: (change) =>
      answered(() => {
        const before = stored.get(change.group);
        const after = changed(before?.group, change);
        if (after === undefined) return false;
        stored.set(change.group, { group: after, version: (before?.version ?? 0) + 1 });
        return before === undefined;
      }),
    get: (group) =>
      answered(() => {
        const found = stored.get(group);
        return found && shown(found.group);
      }),
    list: (limit, after) =>
      answered(() => {
        const all = groups().toSorted((a, b) => (comesAfter(b, a) ? -1 : 1));
        const left = all.filter((group) => after === null || comesAfter(group, after));
        const page = left.slice(0, limit);
        const last = page.at(-1);
        const next = left.length > limit && last ? last : null;
        return {
          groups: page,
          next: next && { lastSeenAtMs: next.lastSeenAtMs, group: next.group },
        };
      }),
    sweep: (limit, after) =>
      answered(() => {
        const names = [...stored.keys()]
          .toSorted()
          .filter((name) => after === null || name > after);
        const page = names.slice(0, limit);
        return { groups: page, next: names.length > limit ? (page.at(-1) ?? null) : null };
      }),
    recount: (group, counts, since) =>
      answered(() => {
        const before = stored.get(group);
        if (before === undefined || before.version !== since) return false;
        if (Object.values(counts).every((count) => count === 0)) return stored.delete(group);
        stored.set(group, { group: { ...before.group, counts }, version: since + 1 });
        return true;
      }),
    widen: (group, { firstSeenAtMs, lastSeenAtMs, example }) =>
      answered(() => {
        const before = stored.get(group);
        if (before === undefined) return;
        const widened = {
          ...before.group,
          ...(firstSeenAtMs < before.group.firstSeenAtMs && { firstSeenAtMs, example }),
          lastSeenAtMs: Math.max(before.group.lastSeenAtMs, lastSeenAtMs),
        };
        stored.set(group, { ...before, group: widened });
      }),
    replaceExample: (group, seen, example) =>
      answered(() => {
        const before = stored.get(group);
        if (before?.group.example !== seen) return;
        stored.set(group, { ...before, group: { ...before.group, example } });
      }),
    version: (group) => answered(() => stored.get(group)?.version ?? 0),
  };
  return store;
}

/** undefined: nothing is known of the group, and the change does not make it. */
function changed(
  before: DeadLetterGroup | undefined,
  { group, counts, seen }: GroupChange,
): DeadLetterGroup | undefined {
  const added = Object.fromEntries(
    DEAD_LETTER_STATES.map((state) => [
      state,
      (before ?? { counts: NONE }).counts[state] + (counts[state] ?? 0),
    ]),
  ) as DeadLetterGroup['counts'];
  if (before === undefined) {
    if (seen === undefined) return undefined;
    const { atMs, ...about } = seen;
    return { group, ...about, counts: added, firstSeenAtMs: atMs, lastSeenAtMs: atMs };
  }
  return {
    ...before,
    counts: added,
    ...(seen && seen.atMs < before.firstSeenAtMs && firstSeen(seen)),
    lastSeenAtMs: Math.max(before.lastSeenAtMs, seen?.atMs ?? 0),
  };
}

function firstSeen({ atMs, example }: NonNullable<GroupChange['seen']>) {
  return { firstSeenAtMs: atMs, example };
}

function shown(group: DeadLetterGroup): DeadLetterGroup {
  const counts = Object.entries(group.counts).map(([state, count]) => [state, Math.max(0, count)]);
  return { ...group, counts: Object.fromEntries(counts) as DeadLetterGroup['counts'] };
}

function comesAfter(one: GroupPosition, other: GroupPosition): boolean {
  if (one.lastSeenAtMs !== other.lastSeenAtMs) return one.lastSeenAtMs < other.lastSeenAtMs;
  return one.group < other.group;
}
