import { smallerItem, toDeadLetterItem } from '../decide/dead-letter-item.ts';
import { toEnvelope } from '../decide/envelope.ts';
import { fingerprint } from '../decide/fingerprint.ts';
import { foldDeadLetter, type NextState } from '../decide/fold.ts';
import { backoffMs } from '../decide/tiers.ts';
import type { DeadLetterItem, Envelope, FailedEvent, IntakeEvent } from '../model/dead-letter.ts';
import { ItemRefusedError } from '../model/errors.ts';
import type { RecordOutcome } from '../model/outcome.ts';
import type { RecordReading } from '../ports/business.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeadLetterIndex } from '../ports/dead-letter-index.ts';
import { countInGroups, type GroupCountDeps } from './count-in-groups.ts';
import type { DeadLetterJournal } from './dead-letter-journal.ts';
import type { EndJournal } from './end-journal.ts';
import type { DlqWriter } from './envelope-writer.ts';

/** Waits between tries: they double up to the longest. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

export interface SettleDeadLetterDeps extends GroupCountDeps {
  readonly index: DeadLetterIndex;
  readonly writer: DlqWriter;
  readonly clock: Clock;
  readonly business: RecordReading;
  /** The service's base group. */
  readonly consumerGroup: string;
  /** How long the index remembers one that has ended. */
  readonly resolvedRetentionMs: number;
}

/** An event, and who tells what becomes of it. */
export type DeadLetterEvent =
  | { readonly event: FailedEvent; readonly journal: DeadLetterJournal }
  | { readonly event: Exclude<IntakeEvent, FailedEvent>; readonly journal: EndJournal };

type Kind = RecordOutcome['kind'];

/**
 * Folds one event into the state of its dead letter: the envelope, or the tombstone, to the topic, acknowledged, then the
 * item to the index on condition of the revision read; where that fails, somebody else was first, and it starts over. A
 * crash in between leaves a record without its item, which the same event, coming again, completes. While topic or index
 * do not answer it keeps trying until the deadline. Never rejects.
 */
export async function settleDeadLetter(
  { event, journal }: DeadLetterEvent,
  deadlineMs: number,
  deps: SettleDeadLetterDeps,
): Promise<Kind> {
  const { index, writer, clock } = deps;
  // Once is enough: where only the index did not answer, what was written to the topic is there all the same.
  const writes = { envelope: once(writer.write), erase: once(writer.erase) };

  /** undefined: another writer came in between. */
  const foldOnce = async (): Promise<Kind | undefined> => {
    const item = await index.get(event.id);
    const next = foldDeadLetter(item, event, { ...deps, nowMs: clock.nowMs() });
    switch (next.kind) {
      case 'unchanged':
        journal.unchanged();
        return 'processed';
      case 'erased-again':
        await writes.erase(next.item.id, next.item.envelopeAt);
        journal.unchanged();
        return 'processed';
      case 'ended':
        return end(next);
      case 'open':
        return open(next);
      default:
        return next satisfies never;
    }
  };

  const end = async ({ before, item }: NextOf<'ended'>): Promise<Kind | undefined> => {
    const envelopeAt = await writes.erase(item.id, before?.envelopeAt);
    const ended = before === undefined ? { ...item, envelopeAt } : item;
    if (!(await putItem(ended, index))) return undefined;
    if ('ended' in journal) journal.ended(ended);
    await countInGroups(before, ended, undefined, deps);
    return 'processed';
  };

  const open = async (next: NextOf<'open'>): Promise<Kind | undefined> => {
    if (event.kind !== 'failed' || 'ended' in journal) return 'processed';
    const { previous } = next;
    const envelope = await describe(event, previous, deps);
    const written = await writes.envelope(envelope, previous, (error) =>
      journal.notHandedOn(error),
    );
    journal.sent(envelope, written.bytesMissing);
    const nowMs = clock.nowMs();
    const { group, title } = fingerprint(event.error);
    const item = toDeadLetterItem(envelope, next, written, { group, nowMs });
    if (!(await putItem(item, index))) return undefined;
    journal.published();
    const isNew = await countInGroups(previous, item, { title, atMs: nowMs }, deps);
    if (isNew) journal.newGroup(title);
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

type NextOf<K extends NextState['kind']> = Extract<NextState, { kind: K }>;

/** Gives the first result that came again; a failure is no result. */
function once<A extends unknown[], R>(
  work: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
  let done: { readonly result: R } | undefined;
  return async (...args) => {
    done ??= { result: await work(...args) };
    return done.result;
  };
}

/** The envelope of an event; rejects where the record's schema cannot be had now. */
async function describe(
  event: FailedEvent,
  previous: DeadLetterItem | undefined,
  { business, consumerGroup }: SettleDeadLetterDeps,
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
