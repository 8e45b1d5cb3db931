import './mend-kafkajs.ts';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import decodeRecordBatch from 'kafkajs/src/protocol/recordBatch/v0/decoder.js';
import { orderedHeaders } from './mend-kafkajs.ts';
import type { RecordContent } from '../../model/record.ts';

export interface FetchedRecord extends RecordContent {
  readonly offset: number;
  readonly timestampMs: number;
}

export interface FetchedPartition {
  readonly errorCode: number;
  /** One past the last record that consumers may see. */
  readonly highWatermark: number;
  /** Records of whole batches, ascending; the first ones may lie before the offset that was asked for. */
  readonly records: readonly FetchedRecord[];
  /**
   * One past the last whole batch; undefined where there was none. A batch that compaction emptied has no record, yet
   * it has to be stepped over: kafkajs's own decoder loses its bounds.
   */
  readonly nextOffset: number | undefined;
}

/** Base offset, length, and the fields up to the record count: https://kafka.apache.org/documentation/#recordbatch */
const BATCH_HEADER_BYTES = 61;
const MAGIC_AT = 16;
const MAGIC = 2;

/**
 * Answer to a Fetch (version 11) of one partition.
 * @throws Error where the answer is not about exactly one partition, or holds batches older than Kafka 0.11
 */
export async function decodeFetchResponse(payload: Buffer): Promise<FetchedPartition> {
  const decoder = new Decoder(payload);
  decoder.readInt32(); // throttle time
  const errorCode = decoder.readInt16();
  decoder.readInt32(); // session
  if (errorCode !== 0) return { errorCode, highWatermark: 0, records: [], nextOffset: undefined };
  expectOne('topic', decoder.readInt32());
  decoder.readString();
  expectOne('partition', decoder.readInt32());
  return decodePartition(decoder);
}

function expectOne(what: string, count: number): void {
  if (count !== 1) throw new Error(`the broker answered a fetch of one ${what} with ${count}`);
}

async function decodePartition(decoder: Decoder): Promise<FetchedPartition> {
  decoder.readInt32(); // partition
  const errorCode = decoder.readInt16();
  const highWatermark = Number(decoder.readInt64());
  decoder.readInt64(); // last stable offset
  decoder.readInt64(); // log start offset
  decoder.readArray((transaction) => [transaction.readInt64(), transaction.readInt64()]);
  decoder.readInt32(); // preferred replica
  const bytes = decoder.readBytes() ?? Buffer.alloc(0);
  return { errorCode, highWatermark, ...(await decodeBatches(bytes)) };
}

async function decodeBatches(
  bytes: Buffer,
): Promise<Pick<FetchedPartition, 'records' | 'nextOffset'>> {
  const decoder = new Decoder(bytes);
  const records: FetchedRecord[] = [];
  let nextOffset: number | undefined;
  while (holdsWholeBatch(decoder)) {
    const batch = await decodeRecordBatch(decoder);
    for (const record of batch.records) {
      // Control records mark the ends of transactions; they are no content.
      if (!record.isControlRecord) records.push(toFetchedRecord(record));
    }
    nextOffset = Number(batch.firstOffset) + batch.lastOffsetDelta + 1;
  }
  return { records, nextOffset };
}

/** The tail of an answer may be cut anywhere. */
function holdsWholeBatch({ buffer, offset }: Decoder): boolean {
  if (buffer.length - offset < BATCH_HEADER_BYTES) return false;
  if (buffer.readInt8(offset + MAGIC_AT) !== MAGIC) {
    throw new Error('the partition holds record batches of a format older than Kafka 0.11');
  }
  return buffer.length - offset >= 12 + buffer.readInt32BE(offset + 8);
}

type DecodedRecord = Awaited<ReturnType<typeof decodeRecordBatch>>['records'][number];

function toFetchedRecord({ offset, timestamp, key, value, headers }: DecodedRecord): FetchedRecord {
  return {
    offset: Number(offset),
    timestampMs: Number(timestamp),
    key,
    value,
    headers: orderedHeaders(headers),
  };
}
