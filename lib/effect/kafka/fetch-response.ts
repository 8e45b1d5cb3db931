import Decoder from 'kafkajs/src/protocol/decoder.js';
import { decodeRecordBatch, wholeBatchBytes, type FetchedRecord } from './record-batch.ts';

export interface FetchedPartition {
  readonly errorCode: number;
  /** One past the last record that consumers may see. */
  readonly highWatermark: number;
  /** Records of whole batches, ascending; the first ones may lie before the offset that was asked for. */
  readonly records: readonly FetchedRecord[];
  /**
   * One past the last whole batch; undefined where there was none. A batch that compaction emptied has no record, yet
   * it has to be stepped over.
   */
  readonly nextOffset: number | undefined;
}

/**
 * Answer to a Fetch (version 11) of one partition: https://kafka.apache.org/protocol#The_Messages_Fetch
 * @throws Error where the answer is not about exactly one partition, or a batch cannot be read (record-batch.ts)
 */
export function decodeFetchResponse(payload: Buffer): FetchedPartition {
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

function decodePartition(decoder: Decoder): FetchedPartition {
  decoder.readInt32(); // partition
  const errorCode = decoder.readInt16();
  const highWatermark = Number(decoder.readInt64());
  decoder.readInt64(); // last stable offset
  decoder.readInt64(); // log start offset
  decoder.readArray((transaction) => [transaction.readInt64(), transaction.readInt64()]);
  decoder.readInt32(); // preferred replica
  return { errorCode, highWatermark, ...decodeBatches(decoder.readBytes() ?? Buffer.alloc(0)) };
}

function decodeBatches(bytes: Buffer): Pick<FetchedPartition, 'records' | 'nextOffset'> {
  const records: FetchedRecord[] = [];
  let nextOffset: number | undefined;
  let at = 0;
  let size = wholeBatchBytes(bytes, at);
  while (size !== undefined) {
    const batch = decodeRecordBatch(bytes.subarray(at, at + size));
    for (const record of batch.records) records.push(record);
    nextOffset = batch.nextOffset;
    at += size;
    size = wholeBatchBytes(bytes, at);
  }
  return { records, nextOffset };
}
