import { RETRY_DETAILS_MAX, type DlqInfo, type RetryDetail } from '../codec/dlq-info-answer.ts';
import { toDlqInfo, toRetryDetail } from '../codec/dlq-info.ts';
import { backlogOf, isProcessing, type Backlog } from '../decide/retry-backlog.ts';
import type { RetryPolicy } from '../model/retry.ts';
import type { RecordReading } from '../ports/business.ts';
import type { ClusterInspector } from '../ports/cluster-inspector.ts';
import type { RecordReader } from '../ports/record-reader.ts';
import { mapBounded } from './map-bounded.ts';

/** Bytes read of one partition at most (but at least one record), and partitions read at a time. */
const WINDOW_BYTES_MAX = 256 * 1024;
const READS_MAX = 4;

export interface DescribeDlqDeps {
  readonly reader: RecordReader;
  readonly inspector: ClusterInspector;
  readonly business: RecordReading;
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
  const details = await mapBounded(waiting, READS_MAX, (backlog) =>
    readDetails(backlog, deadlineMs, deps),
  );
  return toDlqInfo(policy, dlqTopic, {
    isRunning: isProcessing(group, orderTopic),
    messagesInRetry: waiting.reduce((sum, { count }) => sum + count, 0),
    details: details.flat(),
    missingTopics: tiers.filter(({ isMissing }) => isMissing).map(({ topic }) => topic),
  });
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
  { reader, business }: DescribeDlqDeps,
): Promise<RetryDetail[]> {
  const recordsMax = Math.min(count, RETRY_DETAILS_MAX);
  const window = { recordsMax, bytesMax: WINDOW_BYTES_MAX, deadlineMs };
  const records = await reader.read(topic, partition, fromOffset, window);
  return mapBounded(records, READS_MAX, async (record) => {
    // Without its schema a record has no id to show, but it is there.
    if (record.value !== null) await business.prepare?.(record.value).catch(() => undefined);
    return toRetryDetail(record, business.readId(record.value) ?? null);
  });
}
