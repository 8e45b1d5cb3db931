import type { Candidate, DeadLetterItem } from '../model/dead-letter.ts';
import type { DeadLetterFilter } from '../model/job.ts';

/** A place in the list "newest arrival first, then id descending"; what lies after it comes next. */
export interface ListPosition {
  readonly arrivedAtMs: number;
  readonly id: string;
}

export interface DeadLetterPage {
  readonly items: readonly DeadLetterItem[];
  /** Where to go on; null where nothing is left. A page may be short and still have a next one (bounded work). */
  readonly next: ListPosition | null;
}

/** What a sweep over the whole index is told of a dead letter. */
export type SweptItem = Pick<
  DeadLetterItem,
  'id' | 'state' | 'group' | 'arrivedAtMs' | 'errorType' | 'errorMessage' | 'envelopeAt' | 'history'
>;

export interface SweptPage {
  readonly items: readonly SweptItem[];
  /** Id to go on behind; null where nothing is left. A page may be empty and still have a next one. */
  readonly next: string | null;
}

/** The index of dead letters. Rejects with AppError STORE_UNAVAILABLE when the store does not answer. */
export interface DeadLetterIndex {
  /** Strongly consistent; undefined where there is none. */
  get(id: string): Promise<DeadLetterItem | undefined>;
  /**
   * Writes the item on condition that the stored revision is `expectedRevision` (0: there is none).
   * @returns false where the condition did not hold: read again
   * @throws ItemRefusedError where the store refuses this very item for good
   */
  put(item: DeadLetterItem, expectedRevision: number): Promise<boolean>;
  /** Several at once, strongly consistent; what is not there is left out. At most 100 ids. */
  getMany(ids: readonly string[]): Promise<readonly DeadLetterItem[]>;
  /** Newest arrival first: those of the filter's state; without one, those that are in the DLQ now (open or redriving). */
  list(
    filter: DeadLetterFilter,
    limit: number,
    after: ListPosition | null,
  ): Promise<DeadLetterPage>;
  /**
   * All that `list` would find, each once, in no order that means anything, and of each only what a plan goes by. What
   * comes in or goes meanwhile may be there or not.
   * @param take gets load after load, none of them twice; after a false nothing more is read
   * @returns whether that was all
   */
  survey(filter: DeadLetterFilter, take: (load: readonly Candidate[]) => boolean): Promise<boolean>;
  /**
   * Every item, in no order that means anything; strongly consistent. What comes in or goes meanwhile may be there or not.
   * @param after id that the page before ended with; null: from the beginning
   */
  sweep(limit: number, after: string | null): Promise<SweptPage>;
}
