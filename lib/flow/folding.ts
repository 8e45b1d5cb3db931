import type { NoChange } from '../decide/fold.ts';
import type { DeadLetterItem } from '../model/dead-letter.ts';
import { hasChange } from '../decide/written-change.ts';
import type { RecordOutcome } from '../model/outcome.ts';
import type { DeadLetterIndex } from '../ports/dead-letter-index.ts';
import type { DlqWriter } from './envelope-writer.ts';
import { putItem } from './put-item.ts';

/**
 * Folds one event into what the index holds (undefined: nothing). May be called again with what it holds by then.
 * @returns undefined where another writer came in between
 */
export type Fold = (item: DeadLetterItem | undefined) => Promise<RecordOutcome['kind'] | undefined>;

/** What the folds of all events tell. */
export interface FoldJournal {
  /** The topic or the index did not take it; it is tried again until the deadline. */
  notHandedOn(error: Error): void;
  /** A duplicate, too late, or nothing that this changes. */
  unchanged(): void;
}

/** An event that changes nothing is done with; of one that has ended, the tombstone is the last record again. */
export async function leaveAsItIs(
  next: NoChange,
  writer: DlqWriter,
  journal: FoldJournal,
): Promise<'processed'> {
  if (next.kind === 'erased-again') {
    await writer.erase(next.item.id, next.item.envelopeAt, (error) => journal.notHandedOn(error));
  }
  journal.unchanged();
  return 'processed';
}

/** What a fold has made of an item. */
export interface FoldedItem {
  readonly before: DeadLetterItem | undefined;
  readonly after: DeadLetterItem;
}

/** The writes of one fold, which may have to be tried several times. */
export interface FoldWrites {
  /**
   * Has the topic written and the item made of that, once for each revision, then writes the item. Where only the index
   * did not answer, what was written to the topic is there all the same; where the item was changed meanwhile, another
   * writer may have written something else behind it.
   *
   * @param make writes to the topic
   * @returns undefined where the index holds another revision by now: nobody else's, perhaps
   */
  write(
    before: DeadLetterItem | undefined,
    make: () => Promise<DeadLetterItem>,
  ): Promise<FoldedItem | undefined>;
  /** What a try before this one has written without being told so; undefined: it wrote nothing. */
  landed(item: DeadLetterItem | undefined): FoldedItem | undefined;
}

/** Writes of one event: whoever folds the next one begins anew. */
export function createFoldWrites(index: DeadLetterIndex): FoldWrites {
  let made: FoldedItem | undefined;
  return {
    async write(before, make) {
      const isMade = made !== undefined && made.before?.revision === before?.revision;
      const folded = isMade && made ? made : { before, after: await make() };
      made = folded;
      return (await putItem(folded.after, index)) ? folded : undefined;
    },
    landed: (item) => (made && item && hasChange(item, made.after) ? made : undefined),
  };
}
