import { elevenFields } from '../decide/dead-letter-item.ts';
import { isStale } from '../decide/life.ts';
import type { DeadLetterItem, Envelope, HistoryEntry, ItemRedrive } from '../model/dead-letter.ts';
import { fitsAnswer } from './answer-size.ts';
import { OMITTABLE, type ListedMessage, type WholeMessage } from './dead-letter-answer.ts';
import { base64OrNull } from './record-content.ts';

/** A dead letter as the list shows it. Pure, total. @param nowMs what tells a stale redrive */
export function toListedMessage(item: DeadLetterItem, nowMs: number): ListedMessage {
  return {
    id: item.id,
    reason: item.reason,
    state: item.state,
    orderId: item.orderId,
    arrivedAt: isoTime(item.arrivedAtMs),
    changedAt: isoTime(item.changedAtMs),
    group: item.group === '' ? null : item.group,
    redriveCount: item.redriveCount,
    redrive: item.redrive && redriveOf(item.redrive),
    ...(isStale(item, nowMs) ? { stale: true as const } : {}),
    ...elevenFields(item),
    originalMessageEncoding: item.originalMessageEncoding,
    ...(item.originalMessageTruncated ? { originalMessageTruncated: true as const } : {}),
    ...(item.bytesMissing ? { bytesMissing: true as const } : {}),
  };
}

function redriveOf({ id, count, claimedAtMs, staleAtMs, outcome }: ItemRedrive) {
  return { id, count, claimedAt: isoTime(claimedAtMs), staleAt: isoTime(staleAtMs), outcome };
}

function historyOf({ atMs, error, ...same }: HistoryEntry): WholeMessage['history'][number] {
  return { at: isoTime(atMs), ...same, ...(error && { error: { ...error } }) };
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

/**
 * A dead letter with its exact bytes, within what a function can answer: `originalMessage` is left out first, then the
 * largest of value, headers and key. Pure, total.
 *
 * @param envelope as it is to be shown (decide/dead-letter-item.ts); undefined where the bytes are gone
 */
export function toWholeMessage(
  item: DeadLetterItem,
  envelope: Envelope | undefined,
  nowMs: number,
): WholeMessage {
  const listed = toListedMessage(item, nowMs);
  const { envelopeAt, totalAttempts } = item;
  const life = { envelopeAt, totalAttempts, history: item.history.map(historyOf) };
  if (envelope === undefined) {
    const bytes = { originalKey: null, originalValue: null, originalHeaders: [] };
    return { ...listed, ...life, ...bytes, bytesMissing: true };
  }
  const { originalMessageTruncated: _cutInTheIndex, ...rest } = listed;
  return fitMessage({
    ...rest,
    ...elevenFields(envelope),
    ...life,
    originalMessageEncoding: envelope.originalMessageEncoding,
    ...(envelope.originalMessageTruncated ? { originalMessageTruncated: true } : {}),
    originalKey: base64OrNull(envelope.originalKey),
    originalValue: base64OrNull(envelope.originalValue),
    originalHeaders: envelope.originalHeaders.map(({ key, value }) => ({
      key,
      value: base64OrNull(value),
    })),
    ...(envelope.bytesMissing ? { bytesMissing: true } : {}),
    schemaVersion: envelope.schemaVersion,
    originalTimestamp: envelope.originalTimestamp,
    valueSizeBytes: envelope.valueSizeBytes,
    valueSha256: envelope.valueSha256,
    failedAt: envelope.failedAt,
    errorStack: envelope.errorStack,
    errorCauses: envelope.errorCauses.map((cause) => ({ ...cause })),
    by: envelope.by,
    ...(envelope.unknownFields && { unknownFields: { ...envelope.unknownFields } }),
  });
}

function fitMessage(message: WholeMessage): WholeMessage {
  if (fitsAnswer(message)) return message;
  let smaller: WholeMessage = { ...message, originalMessage: null, originalMessageTruncated: true };
  const length = (field: (typeof OMITTABLE)[number]) => JSON.stringify(message[field]).length;
  for (const field of OMITTABLE.toSorted((a, b) => length(b) - length(a))) {
    if (fitsAnswer(smaller)) break;
    const omitted = [...(smaller.omitted ?? []), field];
    smaller = { ...smaller, [field]: field === 'originalHeaders' ? [] : null, omitted };
  }
  return smaller;
}
