import type { DeadLetterItem, Envelope, FailedEvent } from '../model/dead-letter.ts';
import type { ErrorDetail } from '../model/failure.ts';
import { clipText } from './clip-text.ts';
import * as bounds from './error-detail.ts';
import { bytesLeftOut, summarizeRecord } from './left-out.ts';
import { valueText } from './value-text.ts';

/** Version of the envelope's fields (docs/contracts.md), independent of the service's. */
export const ENVELOPE_SCHEMA_VERSION = 1;

/** Latest instant of a JavaScript Date (ECMA-262, "Time Values and Time Range"). */
const EPOCH_MS_MAX = 8_640_000_000_000_000;

export interface EnvelopeContext {
  /** The id that people know the record by; undefined where none can be read. */
  readonly orderId: string | undefined;
  /** What the value says, where it is a text in another form (Avro); undefined where it speaks for itself. */
  readonly valueAsText?: string | undefined;
  /** The base group of the service, whatever mapping failed last. */
  readonly consumerGroup: string;
  /** What the index holds of it, where it failed before: its first failure and its attempts count on. */
  readonly previous?: Pick<DeadLetterItem, 'firstFailureTimestamp' | 'totalAttempts'> | undefined;
}

/**
 * The whole dead letter of a failure: the record's bytes untouched where the event has them, every text about it bounded.
 * Pure, total.
 */
export function toEnvelope(event: FailedEvent, context: EnvelopeContext): Envelope {
  const { record, origin, error, attempts, leftOut } = event;
  const summary = leftOut ?? summarizeRecord(record, context.orderId);
  const { valueAsText, previous } = context;
  return {
    schemaVersion: ENVELOPE_SCHEMA_VERSION,
    id: event.id,
    reason: event.reason,
    orderId: summary.orderId,
    originalMessage: valueAsText ?? valueText(record.value).text,
    originalMessageEncoding: valueAsText === undefined ? summary.originalMessageEncoding : 'utf-8',
    originalMessageTruncated: leftOut !== undefined && leftOut.valueSizeBytes !== null,
    errorMessage: clipText(error.message, bounds.ERROR_MESSAGE_CHARS_MAX),
    errorType: clipText(error.type, bounds.ERROR_TYPE_CHARS_MAX),
    retryCount: attempts - 1,
    failedAttempts: attempts,
    firstFailureTimestamp: previous?.firstFailureTimestamp ?? isoUtc(event.firstFailedAtMs),
    lastFailureTimestamp: isoUtc(event.lastFailedAtMs),
    originalTopic: origin.topic,
    originalPartition: origin.partition,
    originalOffset: origin.offset,
    consumerGroup: context.consumerGroup,
    originalKey: record.key,
    originalValue: record.value,
    originalHeaders: record.headers,
    originalTimestamp: origin.timestampMs,
    bytesMissing: leftOut !== undefined,
    valueSizeBytes: summary.valueSizeBytes,
    valueSha256: summary.valueSha256,
    failedAt: event.failedAt,
    totalAttempts: (previous?.totalAttempts ?? 0) + attempts,
    redriveCount: event.redrive?.count ?? 0,
    errorStack:
      error.stack === undefined ? null : clipText(error.stack, bounds.ERROR_STACK_CHARS_MAX),
    errorCauses: boundedCauses(error.causes),
    by: event.by,
  };
}

/**
 * The next smaller envelope, for a store that refuses this one for its size: first without `originalMessage` (the bytes
 * are in it all the same), then metadata, size and hash alone, and as last cause the place where the bytes are. undefined:
 * there is none smaller. Pure, total.
 */
export function smallerEnvelope(envelope: Envelope): Envelope | undefined {
  if (envelope.bytesMissing) return undefined;
  if (envelope.originalMessage !== null) {
    return { ...envelope, originalMessage: null, originalMessageTruncated: true };
  }
  return {
    ...envelope,
    originalMessageTruncated: envelope.originalValue !== null,
    originalKey: null,
    originalValue: null,
    originalHeaders: [],
    bytesMissing: true,
    errorCauses: bounds.withLastCause(envelope.errorCauses, bytesLeftOut(originOf(envelope))),
  };
}

function boundedCauses(causes: ErrorDetail['causes']): ErrorDetail['causes'] {
  return causes.slice(0, bounds.ERROR_CAUSES_MAX).map(({ type, message }) => ({
    type: clipText(type, bounds.ERROR_TYPE_CHARS_MAX),
    message: clipText(message, bounds.CAUSE_MESSAGE_CHARS_MAX),
  }));
}

function originOf({ originalTopic, originalPartition, originalOffset }: Envelope) {
  return { topic: originalTopic, partition: originalPartition, offset: originalOffset };
}

/** ISO 8601, UTC, milliseconds. What is beyond a date's range is moved to its end. */
function isoUtc(epochMs: number): string {
  return new Date(Math.min(epochMs, EPOCH_MS_MAX)).toISOString();
}
