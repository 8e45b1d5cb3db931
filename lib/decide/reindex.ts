import type { DeadLetterItem, Envelope } from '../model/dead-letter.ts';
import type { TopicPartitionOffset } from '../model/record.ts';
import { toDeadLetterItem } from './dead-letter-item.ts';
import { fingerprint, type Fingerprint } from './fingerprint.ts';
import { endedAt, withoutContent } from './fold.ts';
import { withEntry } from './history.ts';
import { isFinal } from './life.ts';

/** A record of the DLQ topic: an envelope, or a tombstone. */
export interface TopicRecord {
  readonly at: TopicPartitionOffset;
  readonly isTombstone: boolean;
}

/** What the last record of a dead letter asks for. */
export type Difference =
  /** None, or none that is a reindex's to mend. */
  | 'none'
  /** An envelope that the index holds nothing of: it comes in as open. */
  | 'not-in-index'
  /** A tombstone, and its item has not ended. */
  | 'not-ended'
  /** An envelope, though its dead letter has ended: the tombstone is to be written again. */
  | 'not-erased';

/**
 * Compares the last record of a key with the item. Pure, total.
 *
 * An item that points behind the record has seen a later one: the record is not the last, for somebody has written since.
 * An item that points before an envelope is right all the same: a writer is about to write the item, or died, and its event
 * comes again. What lies in another partition than the item's envelope is nobody's business here: all records of a dead
 * letter lie where its first one does.
 *
 * @param item what the index holds; undefined: nothing
 */
export function compareWithItem(
  { at, isTombstone }: TopicRecord,
  item: DeadLetterItem | undefined,
): Difference {
  if (item === undefined) return isTombstone ? 'none' : 'not-in-index';
  if (!isSamePartition(at, item.envelopeAt) || item.envelopeAt.offset > at.offset) return 'none';
  if (isTombstone) return isFinal(item.state) ? 'none' : 'not-ended';
  return isFinal(item.state) ? 'not-erased' : 'none';
}

/**
 * Whether nothing but memory tells that an earlier record of this key is not its last one: its item, as it is after what
 * was done, does not point to this record or behind it. Pure, total.
 */
export function mustBeRemembered(
  { at }: TopicRecord,
  item: Pick<DeadLetterItem, 'envelopeAt'> | undefined,
): boolean {
  if (item === undefined) return true;
  return isSamePartition(at, item.envelopeAt) && item.envelopeAt.offset < at.offset;
}

function isSamePartition(a: TopicPartitionOffset, b: TopicPartitionOffset): boolean {
  return a.topic === b.topic && a.partition === b.partition;
}

export interface Finding {
  readonly nowMs: number;
  /** Who asked for the reindex, as the API knows them. */
  readonly by: string;
  /** Request id of the part of it that found the difference. */
  readonly invocation: string;
}

/**
 * The item of an envelope that the index holds nothing of: open, whatever it was when it was lost; and what people read
 * for its group. Pure, total.
 *
 * @param at where the envelope lies
 * @param timestampMs of its record
 */
export function itemFromEnvelope(
  envelope: Envelope,
  at: TopicPartitionOffset,
  timestampMs: number,
  { nowMs, by, invocation }: Finding,
): { readonly item: DeadLetterItem; readonly title: string } {
  const { errorType: type, errorMessage: message, bytesMissing } = envelope;
  const { group, title } = fingerprintOf(envelope);
  // Kafka says −1 where a record has no timestamp.
  const arrivedAtMs = timestampMs < 0 ? nowMs : timestampMs;
  const next = { kind: 'open', revision: 1, arrivedAtMs, previous: undefined } as const;
  const history = withEntry([], {
    atMs: nowMs,
    what: 'found-in-topic',
    by,
    from: null,
    to: 'open',
    invocation,
    error: { type, message },
  });
  const item = toDeadLetterItem(envelope, next, { at, bytesMissing }, { group, nowMs });
  return { item: { ...item, history }, title };
}

/** As the writer found it of the failure. Pure, total. */
export function fingerprintOf({
  errorType: type,
  errorMessage: message,
  errorStack: stack,
}: Pick<Envelope, 'errorType' | 'errorMessage' | 'errorStack'>): Fingerprint {
  return fingerprint({ type, message, ...(stack !== null && { stack }) });
}

/**
 * Whether an item was written by a version that knew neither groups nor histories: every other one has at least the entry
 * of how it began. Pure, total.
 */
export function isOfFormerVersion({ history }: Pick<DeadLetterItem, 'history'>): boolean {
  return history.length === 0;
}

/**
 * An item of a former version as it is written today: with its group and with the beginning of its history. Pure, total.
 * @param envelope undefined where it is not there: then the place where it failed does not tell its group from others
 * @param invocation request id of the part of the reindex that writes it
 */
export function renewed(
  item: DeadLetterItem,
  envelope: Envelope | undefined,
  invocation: string,
): { readonly item: DeadLetterItem; readonly title: string } {
  const { errorType: type, errorMessage: message, arrivedAtMs: atMs, state: to } = item;
  const { group, title } =
    envelope === undefined ? fingerprint({ type, message }) : fingerprintOf(envelope);
  const history = withEntry([], {
    atMs,
    what: 'failed',
    by: envelope?.by.functionName ?? 'unknown',
    from: null,
    to,
    invocation,
    error: { type, message },
  });
  return { item: { ...item, revision: item.revision + 1, group, history }, title };
}

/**
 * An item that has not ended, and whose last record is a tombstone. Only for an ended one are these written: a writer died
 * before it wrote the item, or is about to, or the index is an older one that was restored. Pure, total.
 */
export function endedByTombstone(
  item: DeadLetterItem,
  { nowMs, by, invocation }: Finding,
  resolvedRetentionMs: number,
): DeadLetterItem {
  const to = item.state === 'purging' ? 'purged' : 'resolved';
  const { redrive } = item;
  const isAwaited = item.state === 'redriving' && redrive?.outcome === null;
  return {
    ...(to === 'purged' ? withoutContent(item) : item),
    ...endedAt(item, to, { nowMs, resolvedRetentionMs }),
    redrive: isAwaited ? { ...redrive, outcome: 'resolved' } : redrive,
    history: withEntry(item.history, {
      atMs: nowMs,
      what: 'found-in-topic',
      by,
      from: item.state,
      to,
      invocation,
    }),
  };
}
