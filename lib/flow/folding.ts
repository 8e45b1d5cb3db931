import type { NoChange } from '../decide/fold.ts';
import type { DeadLetterItem } from '../model/dead-letter.ts';
import type { RecordOutcome } from '../model/outcome.ts';
import type { DlqWriter } from './envelope-writer.ts';

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

/**
 * Writes to the topic once for each revision of the item: where only the index did not answer, what was written is there
 * all the same; where the item was changed meanwhile, another writer may have written something else behind it.
 */
export function oncePerRevision<R>() {
  let written: { readonly revision: number; readonly result: R } | undefined;
  return async (item: DeadLetterItem | undefined, write: () => Promise<R>): Promise<R> => {
    const revision = item?.revision ?? 0;
    if (written?.revision !== revision) written = { revision, result: await write() };
    return written.result;
  };
}
