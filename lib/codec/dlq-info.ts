import type { ConsumedRecord } from '../model/record.ts';
import type { RetryPolicy } from '../model/retry.ts';
import { RETRY_DETAILS_MAX, type DlqInfo, type RetryDetail } from './dlq-info-answer.ts';
import { readRetryState } from './retry-state.ts';

/** Class name that stands where an error's would, in a record whose state is corrupt. */
const CORRUPT_STATE = 'CorruptRetryState';

/** What was found in the cluster. */
export interface RetryTopics {
  readonly isRunning: boolean;
  /** Records that wait, those without a detail included. */
  readonly messagesInRetry: number;
  readonly details: readonly RetryDetail[];
  readonly missingTopics: readonly string[];
}

/** The answer: details with the next due first, bounded, and said so where there are more. Pure, total. */
export function toDlqInfo(policy: RetryPolicy, dlqTopic: string, found: RetryTopics): DlqInfo {
  const { isRunning, messagesInRetry, missingTopics } = found;
  const shown = found.details.toSorted(byDueTime).slice(0, RETRY_DETAILS_MAX);
  return {
    dlqConfig: {
      dlqTopic,
      maxRetries: policy.retriesMax,
      initialBackoffMs: policy.initialBackoffMs,
      maxBackoffMs: policy.maxBackoffMs,
    },
    consumerStats: {
      isRunning,
      messagesInRetry,
      retryTrackerDetails: shown,
      ...(messagesInRetry > shown.length ? { truncated: true } : {}),
      ...(missingTopics.length > 0 ? { missingTopics: [...missingTopics] } : {}),
    },
  };
}

/**
 * What a record of a retry topic says of itself. A corrupt state is shown as what it is, for its record waits as well:
 * for the dead letter that it becomes. Pure, total.
 */
export function toRetryDetail(record: ConsumedRecord, orderId: string | null): RetryDetail {
  const { topic, partition, offset } = record;
  const read = readRetryState(record.headers);
  if (read.kind !== 'valid') {
    return {
      orderId,
      attempt: null,
      dueAt: toIso(record.timestampMs),
      errorType: CORRUPT_STATE,
      errorMessage: read.detail,
      originalTopic: null,
      originalPartition: null,
      originalOffset: null,
      topic,
      partition,
      offset,
    };
  }
  const { attempt, notBeforeMs = record.timestampMs, error, origin } = read.state;
  return {
    orderId,
    attempt,
    dueAt: toIso(notBeforeMs),
    errorType: error?.type ?? '',
    errorMessage: error?.message ?? '',
    originalTopic: origin.topic,
    originalPartition: origin.partition,
    originalOffset: origin.offset,
    topic,
    partition,
    offset,
  };
}

/** An instant beyond what a date can hold becomes the last one that it can. */
function toIso(epochMs: number): string {
  return new Date(Math.min(Math.max(epochMs, 0), DATE_MS_MAX)).toISOString();
}

/** https://tc39.es/ecma262/#sec-time-values-and-time-range, but with a year of four digits. */
const DATE_MS_MAX = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

function byDueTime(a: RetryDetail, b: RetryDetail): number {
  if (a.dueAt !== b.dueAt) return a.dueAt < b.dueAt ? -1 : 1;
  return a.partition - b.partition || a.offset - b.offset;
}
