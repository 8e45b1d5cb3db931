import type { KafkaConnection } from './connection.ts';
import { recordBytesMax } from './cut-batches.ts';
import type { FetchedPartition } from './fetch-response.ts';
import { CODE, refuseFailure } from './kafka-error.ts';
import { listOffsets } from './partition-offsets.ts';
import { fetchRequest } from './protocol.ts';
import type { ConsumedRecord, TopicPartitionOffset } from '../../model/record.ts';
import type { ReadWindow } from '../../ports/record-reader.ts';

/** A broker sends at least one whole batch, whatever the bound (KIP-74). */
const FETCH_BYTES_MIN = 1;

/** Records from the offset on, as the port says. One try: rejects where the leader does not answer. */
export async function readPartition(
  connection: KafkaConnection,
  from: TopicPartitionOffset,
  window: ReadWindow,
): Promise<readonly ConsumedRecord[]> {
  const { topic, partition } = from;
  const { recordsMax, bytesMax, deadlineMs } = window;
  const records: ConsumedRecord[] = [];
  let bytes = 0;
  let cursor: number | undefined = from.offset;
  while (cursor !== undefined && records.length < recordsMax && bytes < bytesMax) {
    const at: TopicPartitionOffset = { topic, partition, offset: cursor };
    const fetched = await fetchAt(connection, at, bytesMax - bytes, deadlineMs);
    if (fetched === undefined) return records;
    if (fetched.errorCode === CODE.OFFSET_OUT_OF_RANGE) {
      cursor = await firstOffsetAfter(connection, at, deadlineMs);
      continue;
    }
    for (const record of fetched.records) {
      if (record.offset < cursor) continue;
      const size = recordBytesMax(record);
      const full = records.length >= recordsMax || bytes + size > bytesMax;
      if (full && records.length > 0) return records;
      records.push({ topic, partition, ...record });
      bytes += size;
    }
    cursor = nextCursor(cursor, fetched);
  }
  return records;
}

/** Past the batches that were read, and past one that compaction left empty; undefined at the end. */
function nextCursor(cursor: number, { nextOffset, highWatermark }: FetchedPartition) {
  if (nextOffset === undefined || nextOffset <= cursor) return undefined;
  return nextOffset < highWatermark ? nextOffset : undefined;
}

/** Undefined where the topic or partition does not exist. */
async function fetchAt(
  connection: KafkaConnection,
  at: TopicPartitionOffset,
  bytesMax: number,
  deadlineMs: number,
): Promise<FetchedPartition | undefined> {
  const { topic, partition, offset } = at;
  const layout = await connection.topic(topic, deadlineMs);
  const leader = layout?.leaders[partition];
  if (leader === undefined) return undefined;
  try {
    if (leader < 0) throw new Error(`partition ${partition} of ${topic} has no leader now`);
    const broker = await connection.broker(leader, deadlineMs);
    const request = fetchRequest(at, offset, Math.max(FETCH_BYTES_MIN, bytesMax));
    const fetched = await connection.send(broker, request, deadlineMs);
    if (fetched.errorCode !== CODE.OFFSET_OUT_OF_RANGE) {
      refuseFailure(fetched.errorCode, `fetching partition ${partition} of ${topic}`);
    }
    return fetched;
  } catch (error) {
    connection.forgetTopic(topic);
    throw error;
  }
}

/** Where the partition begins, if that is after the offset; otherwise the offset is past the end. */
async function firstOffsetAfter(
  connection: KafkaConnection,
  { topic, partition, offset }: TopicPartitionOffset,
  deadlineMs: number,
): Promise<number | undefined> {
  const offsets = await listOffsets(connection, topic, deadlineMs);
  const low = offsets?.find((candidate) => candidate.partition === partition)?.lowOffset;
  return low !== undefined && low > offset ? low : undefined;
}
