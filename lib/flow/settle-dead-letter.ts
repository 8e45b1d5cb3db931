import { smallerItem, toDeadLetterItem, type WrittenEnvelope } from '../decide/dead-letter-item.ts';
import { toEnvelope } from '../decide/envelope.ts';
import { foldDeadLetter } from '../decide/fold.ts';
import { backoffMs } from '../decide/tiers.ts';
import type { DeadLetterItem, Envelope, IntakeEvent } from '../model/dead-letter.ts';
import { ItemRefusedError } from '../model/errors.ts';
import type { RecordOutcome } from '../model/outcome.ts';
import type { RecordReading } from '../ports/business.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeadLetterIndex } from '../ports/dead-letter-index.ts';
import type { DeadLetterJournal } from './dead-letter-journal.ts';
import type { WriteEnvelope } from './envelope-writer.ts';

/** Waits between tries: they double up to the longest. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

export interface SettleDeadLetterDeps {
  readonly index: DeadLetterIndex;
  readonly writeEnvelope: WriteEnvelope;
  readonly clock: Clock;
  readonly business: RecordReading;
  /** The service's base group. */
  readonly consumerGroup: string;
}

/** An event, and who tells what becomes of it. */
export interface DeadLetterEvent {
  readonly event: IntakeEvent;
  readonly journal: DeadLetterJournal;
}

/**
 * Folds one event into the state of its dead letter: the envelope to the topic, acknowledged, then the item to the
 * index on condition of the revision read; where that fails, somebody else was first, and it starts over. A crash in
 * between leaves an envelope without item, which the same event, coming again, completes. While topic or index do not
 * answer it keeps trying until the deadline. Never rejects.
 */
export async function settleDeadLetter(
  { event, journal }: DeadLetterEvent,
  deadlineMs: number,
  deps: SettleDeadLetterDeps,
): Promise<RecordOutcome['kind']> {
  const { index, writeEnvelope, clock } = deps;
  let written: WrittenEnvelope | undefined;

  /** undefined: another writer came in between. */
  const foldOnce = async (): Promise<RecordOutcome['kind'] | undefined> => {
    const item = await index.get(event.id);
    const next = foldDeadLetter(item, event, clock.nowMs());
    if (next.kind === 'unchanged') {
      journal.unchanged();
      return 'processed';
    }
    const envelope = await describe(event, deps);
    // Once is enough: when only the index did not answer, the envelope is there all the same.
    written ??= await writeEnvelope(envelope, (error) => journal.notHandedOn(error));
    journal.sent(envelope, written.bytesMissing);
    if (!(await putItem(toDeadLetterItem(envelope, next, written), index))) return undefined;
    journal.published();
    return 'dead-lettered';
  };

  for (let tries = 0; clock.nowMs() < deadlineMs; tries++) {
    try {
      const kind = await foldOnce();
      if (kind !== undefined) return kind;
    } catch (error) {
      journal.notHandedOn(error as Error);
    }
    const waitMs = backoffMs(tries, FIRST_WAIT_MS, LONGEST_WAIT_MS);
    await clock.sleep(Math.max(0, Math.min(waitMs, deadlineMs - clock.nowMs())));
  }
  return 'unsettled';
}

/** The envelope of an event; rejects where the record's schema cannot be had now. */
async function describe(
  event: IntakeEvent,
  { business, consumerGroup }: SettleDeadLetterDeps,
): Promise<Envelope> {
  const { value } = event.record;
  if (value !== null) await business.prepare?.(value);
  const valueAsText = value === null ? undefined : business.textOf?.(value);
  return toEnvelope(event, { orderId: orderIdOf(event, business), valueAsText, consumerGroup });
}

/** The id that people know the record by; undefined where none can be read, or not yet. Never throws. */
export function orderIdOf(
  { leftOut, record }: IntakeEvent,
  { readId }: RecordReading,
): string | undefined {
  return leftOut ? (leftOut.orderId ?? undefined) : readId(record.value);
}

/** @returns false where the stored revision is another one */
async function putItem(item: DeadLetterItem, index: DeadLetterIndex): Promise<boolean> {
  const expectedRevision = item.revision - 1;
  try {
    return await index.put(item, expectedRevision);
  } catch (error) {
    if (!(error instanceof ItemRefusedError)) throw error;
    return index.put(smallerItem(item), expectedRevision);
  }
}
