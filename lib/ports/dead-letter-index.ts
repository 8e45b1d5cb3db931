import type { DeadLetterItem } from '../model/dead-letter.ts';
import type { Reason } from '../model/failure.ts';

export interface DeadLetterFilter {
  readonly reason?: Reason;
  readonly errorType?: string;
  readonly orderId?: string;
  /** Arrival, epoch ms, inclusive. */
  readonly fromMs?: number;
  /** Arrival, epoch ms, exclusive. */
  readonly toMs?: number;
}

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
  /** Those that are in the DLQ now (open or redriving), newest arrival first. */
  list(
    filter: DeadLetterFilter,
    limit: number,
    after: ListPosition | null,
  ): Promise<DeadLetterPage>;
}
