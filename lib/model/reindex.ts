/**
 * How far a reindex is: all that one call leaves to the next. It goes through the topic, then makes the groups that are
 * missing, then counts each group anew.
 */
export type ReindexState = TopicState | SweepState | CountState;

/**
 * The DLQ topic, partition by partition, each from its end to its beginning, so that the first record met of a key is its
 * last. Of keys whose item does not tell so by itself it is remembered that they were met; where these become too many,
 * the ids are narrowed to a lower part, and the others get a pass of their own.
 */
export interface TopicState {
  readonly phase: 'topic';
  /** Those before it are done. */
  readonly partition: number;
  /** Ids of this pass, by their prefix (decide/reindex-pass.ts): from inclusive, to exclusive. */
  readonly fromPrefix: number;
  readonly toPrefix: number;
  /** null: the pass has not begun. */
  readonly range: OffsetRange | null;
  /** Offsets that the next window spans. */
  readonly span: number;
  /** Prefixes of ids that were met in this pass. */
  readonly met: readonly number[];
}

/** Offsets that are still to be looked at: `lowOffset` inclusive, `below` exclusive. */
export interface OffsetRange {
  readonly lowOffset: number;
  readonly below: number;
}

/** Every item of the index, for groups that have items and no row. */
export interface SweepState {
  readonly phase: 'sweep';
  /** Id that the page before ended with. */
  readonly after: string | null;
}

/** Every group, a page of them at a time, in an order that no failure alters. */
export interface CountState {
  readonly phase: 'count';
  /** Group that the page ends with; null: nothing was taken yet, or nothing is left. */
  readonly after: string | null;
  /** Whether there is a next page. */
  readonly more: boolean;
  readonly page: readonly GroupTally[];
  /** The group of the page that is being counted; past the last one: the counts are to be written. */
  readonly at: number;
  /** Which list of it (decide/reindex-count.ts), and from where on. */
  readonly list: number;
  readonly position: { readonly arrivedAtMs: number; readonly id: string } | null;
  /** How often groups of this page have changed while they were counted. */
  readonly tries: number;
}

/** What has been counted of a group. */
export interface GroupTally {
  readonly group: string;
  /** Its version before it was counted. */
  readonly since: number;
  /** In the order of DEAD_LETTER_STATES. */
  readonly counts: readonly number[];
  /** Its first arrival, and its newest failure; null: no dead letter was met yet. */
  readonly firstMs: number | null;
  /** Id of the oldest. */
  readonly firstId: string | null;
  readonly lastMs: number | null;
}

/** What a part of a reindex did. */
export interface ReindexCounts {
  /** Records of the topic that were compared. */
  readonly read: number;
  /** Envelopes without item that came in as open. */
  readonly opened: number;
  /** Items that a tombstone ended: resolved, or purged. */
  readonly resolved: number;
  /** Envelopes of ended items, for which the writer was asked to write the tombstone again. */
  readonly erased: number;
  /** Items of a version that knew no groups, which are written as they are today. */
  readonly renewed: number;
  /** Groups whose counts were written. */
  readonly recounted: number;
  /** Records that are no envelope by any schema that the registry has: nothing was made of them. */
  readonly unreadable: number;
  /** Dead letters and groups that kept changing while they were looked at: left as they are. */
  readonly left: number;
}
