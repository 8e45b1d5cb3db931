import { foldEnd, type EndEvent } from '../decide/fold.ts';
import type { TopicPartitionOffset } from '../model/record.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeadLetterIndex } from '../ports/dead-letter-index.ts';
import { countInGroups, type GroupCountDeps } from './count-in-groups.ts';
import type { EndJournal } from './end-journal.ts';
import type { DlqWriter } from './envelope-writer.ts';
import { leaveAsItIs, oncePerRevision, type Fold } from './folding.ts';
import { putItem } from './put-item.ts';

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
  /** The service's base group. */
  readonly consumerGroup: string;
  /** How long the index remembers one that has ended. */
  readonly resolvedRetentionMs: number;
}

/** How an end is folded: the tombstone, acknowledged, then the item. */
export function createEndFold({ event, journal }: EndLetter, deps: EndDeps): Fold {
  const { index, writer, clock } = deps;
  const once = oncePerRevision<TopicPartitionOffset>();
  return async (item) => {
    const next = foldEnd(item, event, { ...deps, nowMs: clock.nowMs() });
    if (next.kind !== 'ended') return leaveAsItIs(next, writer, journal);

    const { before } = next;
    const envelopeAt = await once(before, () =>
      writer.erase(event.id, before?.envelopeAt, (error) => journal.notHandedOn(error)),
    );
    const ended = { ...next.item, envelopeAt };
    if (!(await putItem(ended, index))) return undefined;
    journal.ended(before, ended);
    await countInGroups(before, ended, undefined, deps);
    return 'processed';
  };
}
