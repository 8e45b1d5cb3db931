import { DEAD_LETTER_STATES, type DeadLetterGroup } from '../../lib/model/dead-letter.ts';
import { AppError } from '../../lib/model/errors.ts';
import type { GroupChange, GroupPosition, GroupStore } from '../../lib/ports/group-store.ts';

/** The port in memory. */
export interface MemoryGroupStore extends GroupStore {
  /** While true, nothing is answered but that. */
  down: boolean;
  groups(): readonly DeadLetterGroup[];
}

type Counts = Record<(typeof DEAD_LETTER_STATES)[number], number>;

interface Stored {
  readonly version: number;
  readonly counts: Counts;
  /** undefined: nobody has seen a failure of it. */
  readonly shown: Omit<DeadLetterGroup, 'counts'> | undefined;
}

export function createMemoryGroupStore(): MemoryGroupStore {
  const stored = new Map<string, Stored>();

  const answered = async <T>(answer: () => T): Promise<T> => {
    if (store.down) throw new AppError('STORE_UNAVAILABLE', 'the groups in memory are down');
    return answer();
  };
  const shown = ({ counts, shown: rest }: Stored): DeadLetterGroup[] => {
    const positive = DEAD_LETTER_STATES.map((state) => [state, Math.max(0, counts[state])]);
    return rest ? [{ ...rest, counts: Object.fromEntries(positive) as Counts }] : [];
  };
  const all = () => [...stored.values()].flatMap(shown).toSorted(newestFirst);

  const apply = ({ group, counts, seen }: GroupChange): boolean => {
    const before = stored.get(group);
    if (before === undefined && seen === undefined) return false;
    const { version, counts: now, shown: known } = before ?? nothing();
    const next = seen && {
      group,
      title: known?.title ?? seen.title,
      errorType: known?.errorType ?? seen.errorType,
      example: known?.example ?? seen.example,
      firstSeenAtMs: known?.firstSeenAtMs ?? seen.atMs,
      lastSeenAtMs: Math.max(known?.lastSeenAtMs ?? 0, seen.atMs),
    };
    const sums = DEAD_LETTER_STATES.map((state) => [state, now[state] + (counts[state] ?? 0)]);
    const sum = Object.fromEntries(sums) as Counts;
    stored.set(group, { version: version + 1, counts: sum, shown: next ?? known });
    return before === undefined;
  };

  const store: MemoryGroupStore = {
    down: false,
    groups: all,
    apply: (change) => answered(() => apply(change)),
    get: (group) => answered(() => all().find((one) => one.group === group)),
    list: (limit, after) =>
      answered(() => {
        const left = all().filter((one) => after === null || newestFirst(after, one) < 0);
        const groups = left.slice(0, limit);
        const last = groups.at(-1);
        const next = left.length > limit && last ? last : null;
        return { groups, next: next && { group: next.group, lastSeenAtMs: next.lastSeenAtMs } };
      }),
    recount: (group, counts, since) =>
      answered(() => {
        const before = stored.get(group);
        if (before === undefined || before.version !== since) return false;
        stored.set(group, { ...before, counts: { ...counts }, version: since + 1 });
        return true;
      }),
    widen: (group, firstSeenAtMs, lastSeenAtMs) =>
      answered(() => {
        const before = stored.get(group);
        if (before?.shown === undefined) return;
        const { shown } = before;
        const next = {
          ...shown,
          firstSeenAtMs: Math.min(shown.firstSeenAtMs, firstSeenAtMs),
          lastSeenAtMs: Math.max(shown.lastSeenAtMs, lastSeenAtMs),
        };
        stored.set(group, { ...before, shown: next });
      }),
    version: (group) => answered(() => stored.get(group)?.version ?? 0),
  };
  return store;
}

function nothing(): Stored {
  const none = DEAD_LETTER_STATES.map((state) => [state, 0]);
  return { version: 0, counts: Object.fromEntries(none) as Counts, shown: undefined };
}

/** Newest activity first, then group descending. */
function newestFirst(a: GroupPosition, b: GroupPosition): number {
  return b.lastSeenAtMs - a.lastSeenAtMs || (a.group < b.group ? 1 : a.group > b.group ? -1 : 0);
}
