import type { Consumer, RecordsBatch } from '@platformatic/kafka';
import type { PolledRecord } from './types.ts';

export type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>;

/** Where to read on in a partition of the topic with that id. */
export interface FetchTarget {
  readonly topicId: string;
  readonly partition: number;
  readonly fetchOffset: number;
}

export interface Fetched {
  readonly target: FetchTarget;
  /** From `target.fetchOffset` on. */
  readonly records: readonly PolledRecord[];
  /** One past the last offset looked at. */
  readonly nextOffset: number;
  /** The partition's high watermark. */
  readonly endOffset: number;
}

const IS_CONTROL = 0x20;
const IS_LOG_APPEND_TIME = 0x08;

/** What a fetch brought of each partition that was asked for. Pure. */
export function fetchedOf(
  topic: string,
  targets: readonly FetchTarget[],
  response: FetchResponse,
): Fetched[] {
  const fetched: Fetched[] = [];
  for (const { partitions } of response.responses) {
    for (const { partitionIndex, records, highWatermark } of partitions) {
      const target = targets.find(({ partition }) => partition === partitionIndex);
      if (target === undefined) continue;
      const batches = records ?? [];
      const nextOffset = batches.reduce(
        (next, batch) => Math.max(next, Number(batch.firstOffset) + batch.lastOffsetDelta + 1),
        target.fetchOffset,
      );
      fetched.push({
        target,
        records: batches.flatMap((batch) => recordsOf(batch, topic, target)),
        nextOffset,
        endOffset: Math.max(nextOffset, Number(highWatermark)),
      });
    }
  }
  return fetched;
}

/** The records of a batch from the wanted offset on; control records (transaction markers) are none. */
function recordsOf(batch: RecordsBatch, topic: string, target: FetchTarget): PolledRecord[] {
  if ((batch.attributes & IS_CONTROL) !== 0) return [];
  const isAppendTime = (batch.attributes & IS_LOG_APPEND_TIME) !== 0;
  return batch.records
    .map((record): PolledRecord => ({
      topic,
      partition: target.partition,
      offset: Number(batch.firstOffset) + record.offsetDelta,
      timestampMs: Number(
        isAppendTime ? batch.maxTimestamp : batch.firstTimestamp + record.timestampDelta,
      ),
      timestampType: isAppendTime ? 'LOG_APPEND_TIME' : 'CREATE_TIME',
      key: record.key,
      value: record.value,
      headers: record.headers.map(
        ([name, value]) => [name?.toString('utf8') ?? '', value] as const,
      ),
    }))
    .filter(({ offset }) => offset >= target.fetchOffset);
}
