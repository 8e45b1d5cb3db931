import { toDeadLetterItem } from '../decide/dead-letter-item.ts';
import { toEnvelope } from '../decide/envelope.ts';
import { fingerprint } from '../decide/fingerprint.ts';
import { foldFailure } from '../decide/fold.ts';
import { lastFailedMs } from '../decide/history.ts';
import type {
  DeadLetterItem,
  Envelope,
  FailedEvent,
  FunctionIdentity,
} from '../model/dead-letter.ts';
import type { RecordReading } from '../ports/business.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeadLetterIndex } from '../ports/dead-letter-index.ts';
import { countInGroups, type GroupCountDeps } from './count-in-groups.ts';
import type { DeadLetterJournal } from './dead-letter-journal.ts';
import type { DlqWriter } from './envelope-writer.ts';
import { createFoldWrites, leaveAsItIs, type Fold, type FoldedItem } from './folding.ts';

/** A failure for good. */
export interface FailureLetter {
  readonly kind: 'failure';
  readonly event: FailedEvent;
  readonly journal: DeadLetterJournal;
}

export interface FailureDeps extends GroupCountDeps {
  readonly index: DeadLetterIndex;
  readonly writer: DlqWriter;
  readonly clock: Clock;
  readonly business: RecordReading;
  /** Of this invocation. */
  readonly identity: FunctionIdentity;
  /** The service's base group. */
  readonly consumerGroup: string;
}

/** How a failure is folded: the envelope, acknowledged, then the item. */
export function createFailureFold({ event, journal }: FailureLetter, deps: FailureDeps): Fold {
  const { index, writer, clock, identity } = deps;
  const { group, title } = fingerprint(event.error);
  const { redrive } = event;
  const writes = createFoldWrites(index);

  const finish = async ({ before, after }: FoldedItem): Promise<'dead-lettered'> => {
    journal.published(before, after);
    const seen = { title, atMs: lastFailedMs(after) };
    if (await countInGroups(before, after, seen, deps)) journal.newGroup(title);
    return 'dead-lettered';
  };

  return async (item) => {
    const landed = writes.landed(item);
    if (landed !== undefined) return finish(landed);
    const next = foldFailure(item, event, clock.nowMs());
    if (next.kind !== 'open') return leaveAsItIs(next, writer, journal);

    const { previous } = next;
    const folded = await writes.write(previous, async () => {
      const envelope = await describe(event, previous, deps);
      const written = await writer.write(envelope, previous, (error) => journal.notHandedOn(error));
      journal.sent(envelope, written.bytesMissing);
      const seen = { redrive, group, nowMs: clock.nowMs(), invocation: identity.requestId };
      return toDeadLetterItem(envelope, next, written, seen);
    });
    return folded && finish(folded);
  };
}

/** The envelope of an event; rejects where the record's schema cannot be had now. */
async function describe(
  event: FailedEvent,
  previous: DeadLetterItem | undefined,
  { business, consumerGroup }: FailureDeps,
): Promise<Envelope> {
  const { value } = event.record;
  if (value !== null) await business.prepare?.(value);
  const valueAsText = value === null ? undefined : business.textOf?.(value);
  const orderId = orderIdOf(event, business);
  return toEnvelope(event, { orderId, valueAsText, consumerGroup, previous });
}

/** The id that people know the record by; undefined where none can be read, or not yet. Never throws. */
export function orderIdOf(
  { leftOut, record }: FailedEvent,
  { readId }: RecordReading,
): string | undefined {
  return leftOut ? (leftOut.orderId ?? undefined) : readId(record.value);
}
