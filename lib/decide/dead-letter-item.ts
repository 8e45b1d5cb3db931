import type { DeadLetterItem, ElevenFields, Envelope, ItemRedrive } from '../model/dead-letter.ts';
import type { TopicPartitionOffset } from '../model/record.ts';
import type { Redrive } from '../model/retry.ts';
import { clipText } from './clip-text.ts';
import type { Opened } from './fold.ts';
import { smallerHistory, withEntry } from './history.ts';
import { clipBytes, valueText } from './value-text.ts';

/** The index keeps the beginning of `originalMessage`; a multiple of 4, so that cut base64 can be decoded. */
export const ITEM_MESSAGE_BYTES_MAX = 8_192;

/** Texts of an item that the store refused as it was. */
const SMALL_ITEM_TEXT_CHARS_MAX = 200;

/** What of a dead letter has been written to the DLQ topic, and where. */
export interface WrittenEnvelope {
  readonly at: TopicPartitionOffset;
  readonly bytesMissing: boolean;
}

export interface FailureSeen {
  readonly redrive?: Redrive | undefined;
  readonly group: string;
  readonly nowMs: number;
  /** Request id of the invocation that folds; absent: none does. */
  readonly invocation?: string;
}

/**
 * What the index holds of a dead letter that failed for good, for the first time or once more. Pure, total.
 * @param redrive of the event that failed; without: it was no redriven record
 * @param group fingerprint of the failure
 */
export function toDeadLetterItem(
  envelope: Envelope,
  { previous, revision, arrivedAtMs }: Opened,
  { at, bytesMissing }: WrittenEnvelope,
  { redrive, group, nowMs, invocation }: FailureSeen,
): DeadLetterItem {
  const message = envelope.originalMessage;
  const kept = message === null ? null : clipBytes(message, ITEM_MESSAGE_BYTES_MAX);
  return {
    ...elevenFields(envelope),
    originalMessage: kept,
    id: envelope.id,
    revision,
    state: 'open',
    reason: envelope.reason,
    orderId: envelope.orderId,
    originalMessageTruncated: envelope.originalMessageTruncated || kept !== message,
    originalMessageEncoding: envelope.originalMessageEncoding,
    bytesMissing,
    arrivedAtMs,
    redriveCount: envelope.redriveCount,
    envelopeAt: at,
    group,
    totalAttempts: envelope.totalAttempts,
    changedAtMs: nowMs,
    redrive: redriveAfterFailure(previous?.redrive ?? undefined, redrive, nowMs),
    history: withEntry(previous?.history ?? [], {
      atMs: nowMs,
      what: previous === undefined ? 'failed' : 'failed-again',
      by: envelope.by.functionName,
      from: previous?.state ?? null,
      to: 'open',
      ...(redrive && { jobId: redrive.id }),
      ...(invocation !== undefined && { invocation }),
      error: { type: envelope.errorType, message: envelope.errorMessage },
    }),
    expiresAtMs: null,
  };
}

/** The redrive's outcome; where the index lost its claim, all the same. */
function redriveAfterFailure(
  claimed: ItemRedrive | undefined,
  redrive: Redrive | undefined,
  nowMs: number,
): ItemRedrive | null {
  if (redrive === undefined) return null;
  const { claimedAtMs, staleAtMs } = claimed ?? { claimedAtMs: nowMs, staleAtMs: nowMs };
  return { ...redrive, claimedAtMs, staleAtMs, outcome: 'failed' };
}

/** The item for a store that refuses this one: without the message, with short texts. Pure, total. */
export function smallerItem(item: DeadLetterItem): DeadLetterItem {
  return {
    ...item,
    originalMessage: null,
    originalMessageTruncated: item.originalMessageEncoding !== null,
    errorMessage: clipText(item.errorMessage, SMALL_ITEM_TEXT_CHARS_MAX),
    errorType: clipText(item.errorType, SMALL_ITEM_TEXT_CHARS_MAX),
    history: smallerHistory(item.history),
  };
}

/** The contract's fields alone. */
export function elevenFields(fields: ElevenFields): ElevenFields {
  return {
    originalMessage: fields.originalMessage,
    errorMessage: fields.errorMessage,
    errorType: fields.errorType,
    retryCount: fields.retryCount,
    failedAttempts: fields.failedAttempts,
    firstFailureTimestamp: fields.firstFailureTimestamp,
    lastFailureTimestamp: fields.lastFailureTimestamp,
    originalTopic: fields.originalTopic,
    originalPartition: fields.originalPartition,
    originalOffset: fields.originalOffset,
    consumerGroup: fields.consumerGroup,
  };
}

/**
 * The envelope as people are shown it: where it and the item differ in the eleven fields, the reason or the counts, the
 * item's are right: two writers may have written an envelope each while only one of them wrote the item, and an envelope
 * that has the bytes stays where a later one lost them. The message is the envelope's, which
 * the item has only the beginning of; where it was left out there, it is made from the bytes. Pure, total.
 */
export function asShown(envelope: Envelope, item: DeadLetterItem): Envelope {
  const { reason, totalAttempts, redriveCount } = item;
  const shown = { ...envelope, ...elevenFields(item), reason, totalAttempts, redriveCount };
  if (envelope.bytesMissing) {
    return { ...shown, originalMessageTruncated: item.originalMessageTruncated };
  }
  const whole = { ...shown, originalMessageTruncated: false };
  if (envelope.originalMessage !== null) {
    return { ...whole, originalMessage: envelope.originalMessage };
  }
  const { text, encoding } = valueText(envelope.originalValue);
  return { ...whole, originalMessage: text, originalMessageEncoding: encoding };
}
