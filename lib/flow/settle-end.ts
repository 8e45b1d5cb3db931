import { foldEnd, type EndEvent } from '../decide/fold.ts';
import type { FunctionIdentity } from '../model/dead-letter.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeadLetterIndex } from '../ports/dead-letter-index.ts';
import { countInGroups, type GroupCountDeps } from './count-in-groups.ts';
import type { EndJournal } from './end-journal.ts';
import type { DlqWriter } from './envelope-writer.ts';
import { createFoldWrites, leaveAsItIs, type Fold, type FoldedItem } from './folding.ts';

/** A success or a purge. */
export interface EndLetter {
  readonly kind: 'end';
  readonly event: EndEvent;
  readonly journal: EndJournal;
}

export interface EndDeps extends GroupCountDeps {
  readonly index: DeadLetterIndex;
  readonly writer: DlqWriter;
  readonly clock: Clock;
  /** Of this invocation. */
  readonly identity: FunctionIdentity;
  /** The service's base group. */
  readonly consumerGroup: string;
  /** How long the index remembers one that has ended. */
  readonly resolvedRetentionMs: number;
}

/** How an end is folded: the tombstone, acknowledged, then the item. */
export function createEndFold({ event, journal }: EndLetter, deps: EndDeps): Fold {
  const { index, writer, clock, identity } = deps;
  const writes = createFoldWrites(index);

  const finish = async ({ before, after }: FoldedItem): Promise<'processed'> => {
    journal.ended(before, after);
    await countInGroups(before, after, undefined, deps);
    return 'processed';
  };

  return async (item) => {
    const landed = writes.landed(item);
    if (landed !== undefined) return finish(landed);
    const next = foldEnd(item, event, {
      ...deps,
      nowMs: clock.nowMs(),
      invocation: identity.requestId,
    });
    if (next.kind !== 'ended') return leaveAsItIs(next, writer, journal);

    const { before } = next;
    const folded = await writes.write(before, async () => {
      const envelopeAt = await writer.erase(event.id, before?.envelopeAt, (error) =>
        journal.notHandedOn(error),
      );
      return { ...next.item, envelopeAt };
    });
    return folded && finish(folded);
  };
}
