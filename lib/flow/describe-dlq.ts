import { RETRY_DETAILS_MAX, type DlqInfo, type RetryDetail } from '../codec/dlq-info-answer.ts';
import { readRetryState } from '../codec/retry-state.ts';
import { backlogOf, isProcessing, type Backlog } from '../decide/retry-backlog.ts';
import type { ConsumedRecord } from '../model/record.ts';
import type { RetryPolicy } from '../model/retry.ts';
import type { Business } from '../ports/business.ts';
import type { ClusterInspector } from '../ports/cluster-inspector.ts';
import type { RecordReader } from '../ports/record-reader.ts';
import { mapBounded } from './map-bounded.ts';

/** Bytes read of one partition at most (but at least one record), and partitions read at a time. */
const WINDOW_BYTES_MAX = 256 * 1024;
const READS_MAX = 4;
/** Class name that stands in for an error where the state is corrupt. */
const CORRUPT_STATE = 'CorruptRetryState';

export interface DescribeDlqDeps {
  readonly reader: RecordReader;
  readonly inspector: ClusterInspector;
  readonly readId: Business<unknown>['readId'];
  readonly policy: RetryPolicy;
  readonly orderTopic: string;
  readonly dlqTopic: string;
  /** Consumer group of a topic's mapping. */
  readonly groupOf: (topic: string) => string;
}

interface TopicBacklog extends Backlog {
  readonly topic: string;
}

/**
 * The retry policy, whether orders are being processed, and what waits: asked of the cluster, nothing is kept here. No
 * group is joined. A retry topic that does not exist is named, and fails nothing else.
 *
 * @param deadlineMs epoch ms
 * @throws AppError KAFKA_UNAVAILABLE
 */
export async function describeDlq(deadlineMs: number, deps: DescribeDlqDeps): Promise<DlqInfo> {
  const { policy, orderTopic, dlqTopic, inspector, groupOf } = deps;
  const [group, tiers] = await Promise.all([
    inspector.describeGroup(groupOf(orderTopic), deadlineMs),
    Promise.all(policy.tiers.map(({ topic }) => topicBacklog(topic, deadlineMs, deps))),
  ]);
  const waiting = tiers.flatMap(({ backlogs }) => backlogs).filter(({ count }) => count > 0);
  const messagesInRetry = waiting.reduce((sum, { count }) => sum + count, 0);
  const details = await mapBounded(waiting, READS_MAX, (backlog) =>
    readDetails(backlog, deadlineMs, deps),
  );
  const shown = details.flat().toSorted(byDueTime).slice(0, RETRY_DETAILS_MAX);
  const missingTopics = tiers.filter(({ isMissing }) => isMissing).map(({ topic }) => topic);
  return {
    dlqConfig: {
      dlqTopic,
      maxRetries: policy.retriesMax,
      initialBackoffMs: policy.initialBackoffMs,
      maxBackoffMs: policy.maxBackoffMs,
    },
    consumerStats: {
      isRunning: isProcessing(group, orderTopic),
      messagesInRetry,
      retryTrackerDetails: shown,
      ...(messagesInRetry > shown.length ? { truncated: true } : {}),
      ...(missingTopics.length > 0 ? { missingTopics } : {}),
    },
  };
}

/** What waits in each partition of a retry topic. */
async function topicBacklog(
  topic: string,
  deadlineMs: number,
  { reader, inspector, groupOf }: DescribeDlqDeps,
): Promise<{ topic: string; isMissing: boolean; backlogs: readonly TopicBacklog[] }> {
  // Committed offsets first: a commit between the two questions must not make a backlog of less than nothing.
  const committed = await inspector.committedOffsets(groupOf(topic), topic, deadlineMs);
  const partitions = await reader.offsets(topic, deadlineMs);
  const backlogs = (partitions ?? []).map((offsets) => ({
    topic,
    ...backlogOf({ ...offsets, committed: committed.get(offsets.partition) }),
  }));
  return { topic, isMissing: partitions === undefined, backlogs };
}

async function readDetails(
  { topic, partition, fromOffset, count }: TopicBacklog,
  deadlineMs: number,
  { reader, readId }: DescribeDlqDeps,
): Promise<RetryDetail[]> {
  const recordsMax = Math.min(count, RETRY_DETAILS_MAX);
  const window = { recordsMax, bytesMax: WINDOW_BYTES_MAX, deadlineMs };
  const records = await reader.read(topic, partition, fromOffset, window);
  return records.map((record) => toRetryDetail(record, readId));
}

/** A corrupt state is shown as what it is: its record waits as well, for the dead letter that it becomes. */
function toRetryDetail(record: ConsumedRecord, readId: Business<unknown>['readId']): RetryDetail {
  const { topic, partition, offset } = record;
  const orderId = readId(record.value) ?? null;
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

/** Instants beyond what a Date can hold (a corrupt number) become the epoch. */
function toIso(epochMs: number): string {
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}

function byDueTime(a: RetryDetail, b: RetryDetail): number {
  if (a.dueAt !== b.dueAt) return a.dueAt < b.dueAt ? -1 : 1;
  return a.partition - b.partition || a.offset - b.offset;
}
