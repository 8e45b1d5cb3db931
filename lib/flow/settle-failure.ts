import { toDeadLetterItem, type WrittenEnvelope } from '../decide/dead-letter-item.ts';
import { toEnvelope } from '../decide/envelope.ts';
import { fingerprint } from '../decide/fingerprint.ts';
import { foldFailure } from '../decide/fold.ts';
import { lastFailedMs } from '../decide/history.ts';
import type { DeadLetterItem, Envelope, FailedEvent } from '../model/dead-letter.ts';
import type { RecordReading } from '../ports/business.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeadLetterIndex } from '../ports/dead-letter-index.ts';
import { countInGroups, type GroupCountDeps } from './count-in-groups.ts';
import type { DeadLetterJournal } from './dead-letter-journal.ts';
import type { DlqWriter } from './envelope-writer.ts';
import { leaveAsItIs, oncePerRevision, type Fold } from './folding.ts';
import { putItem } from './put-item.ts';

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
  /** The service's base group. */
  readonly consumerGroup: string;
}

/** How a failure is folded: the envelope, acknowledged, then the item. */
export function createFailureFold({ event, journal }: FailureLetter, deps: FailureDeps): Fold {
  const { index, writer, clock } = deps;
  const { group, title } = fingerprint(event.error);
  const { redrive } = event;
  const once = oncePerRevision<WrittenEnvelope>();
  return async (item) => {
    const next = foldFailure(item, event, clock.nowMs());
    if (next.kind !== 'open') return leaveAsItIs(next, writer, journal);

    const { previous } = next;
    const envelope = await describe(event, previous, deps);
    const written = await once(previous, () =>
      writer.write(envelope, previous, (error) => journal.notHandedOn(error)),
    );
    journal.sent(envelope, written.bytesMissing);
    const nowMs = clock.nowMs();
    const opened = toDeadLetterItem(envelope, next, written, { redrive, group, nowMs });
    if (!(await putItem(opened, index))) return undefined;
    journal.published(previous, opened);
    const seen = { title, atMs: lastFailedMs(opened) };
    const isNewGroup = await countInGroups(previous, opened, seen, deps);
    if (isNewGroup) journal.newGroup(title);
    return 'dead-lettered';
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
