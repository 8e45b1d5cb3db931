import type { DeadLetterGroup, DeadLetterState } from '../model/dead-letter.ts';

/** What a change of a dead letter does to the counts of a group. */
export interface GroupChange {
  readonly group: string;
  /** By how much each count changes; a state that is not named stays. */
  readonly counts: Readonly<Partial<Record<DeadLetterState, number>>>;
  /** There where a failure came in: makes the group where there is none, and moves `lastSeenAtMs` on. */
  readonly seen?: {
    readonly title: string;
    readonly errorType: string;
    readonly atMs: number;
    /** Id of the dead letter. */
    readonly example: string;
  };
}

/** When dead letters of a group arrived, the first and the newest of them. */
export interface SeenSpan {
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  /** Id of the first. */
  readonly example: string;
}

/** A place in the list "newest activity first, then group descending"; what lies after it comes next. */
export interface GroupPosition {
  readonly lastSeenAtMs: number;
  readonly group: string;
}

export interface GroupPage {
  readonly groups: readonly DeadLetterGroup[];
  readonly next: GroupPosition | null;
}

export interface SweptGroups {
  readonly groups: readonly string[];
  /** Group to go on behind; null where nothing is left. A page may be empty and still have a next one. */
  readonly next: string | null;
}

/**
 * Groups of dead letters with their counts. A count may be wrong for a while (a writer died between item and count);
 * `reindex` counts again. Rejects with AppError STORE_UNAVAILABLE.
 */
export interface GroupStore {
  /** @returns true where `seen` made a group that was not there */
  apply(change: GroupChange): Promise<boolean>;
  get(group: string): Promise<DeadLetterGroup | undefined>;
  list(limit: number, after: GroupPosition | null): Promise<GroupPage>;
  /**
   * Every group, in an order that no change of it alters; strongly consistent. One that is made meanwhile may be there or
   * not.
   * @param after group that the page before ended with; null: from the beginning
   */
  sweep(limit: number, after: string | null): Promise<SweptGroups>;
  /**
   * Replaces the counts, where no change came in between: `since` is what `version` said before they were counted. A
   * group of which nothing is left is forgotten; nothing else forgets one, for counts alone may be wrong.
   * @returns false where one did
   */
  recount(group: string, counts: DeadLetterGroup['counts'], since: number): Promise<boolean>;
  /**
   * Widens the time in which a group was seen: moves its first arrival back to `firstSeenAtMs`, with the dead letter that
   * came then as its example, and its newest one on to `lastSeenAtMs`, where they are not there already. A group that is
   * not there is none then either.
   */
  widen(group: string, seen: SeenSpan): Promise<void>;
  /** Another example, where it has the one that was seen: the dead letter is gone. */
  replaceExample(group: string, seen: string, example: string): Promise<void>;
  /** Rises with every change of the group's counts; 0: there is none. */
  version(group: string): Promise<number>;
}
