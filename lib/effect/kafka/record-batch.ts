import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import crc32c from 'kafkajs/src/protocol/recordBatch/crc32C/index.js';
import { readRecord, recordBytes, writeRecord } from './record-bytes.ts';
import type { RecordContent } from '../../model/record.ts';

/*
 * Record batches of magic 2 (Kafka 0.11 and newer): https://kafka.apache.org/documentation/#recordbatch.
 * Reader and writer are pinned to bytes that the Java client wrote: test/fixtures/record-batch.
 */

export const BATCH_HEADER_BYTES = 61;
const LENGTH_AT = 8;
/** What is not counted by the length: base offset and the length itself. */
const BEFORE_LENGTH_BYTES = 12;
const EPOCH_AT = 12;
const MAGIC_AT = 16;
const CRC_AT = 17;
/** The checksum covers everything from here on. */
const ATTRIBUTES_AT = 21;
const LAST_DELTA_AT = 23;
const BASE_TIME_AT = 27;
const MAX_TIME_AT = 35;
const PRODUCER_AT = 43;
const COUNT_AT = 57;

const MAGIC = 2;
const COMPRESSION_MASK = 0x07;
const LOG_APPEND_TIME = 0x08;
const CONTROL = 0x20;
const NONE = -1;
/** A batch may unpack to far more than it is; nothing that we read comes near this. */
const UNPACKED_BYTES_MAX = 256 * 1024 * 1024;

/** A batch of at least one record, not compressed, of no transaction. Values and keys are copied. */
export function encodeRecordBatch(records: readonly RecordContent[], timestampMs: number): Buffer {
  const sizes = records.map((record, index) => recordBytes(record, index));
  const batch = Buffer.alloc(sizes.reduce((sum, size) => sum + size, BATCH_HEADER_BYTES));
  batch.writeInt32BE(batch.length - BEFORE_LENGTH_BYTES, LENGTH_AT);
  batch.writeInt32BE(NONE, EPOCH_AT);
  batch.writeInt8(MAGIC, MAGIC_AT);
  batch.writeInt32BE(records.length - 1, LAST_DELTA_AT);
  batch.writeBigInt64BE(BigInt(timestampMs), BASE_TIME_AT);
  batch.writeBigInt64BE(BigInt(timestampMs), MAX_TIME_AT);
  // Producer id, epoch and first sequence number: none.
  batch.fill(0xff, PRODUCER_AT, COUNT_AT);
  batch.writeInt32BE(records.length, COUNT_AT);
  let at = BATCH_HEADER_BYTES;
  for (const [index, record] of records.entries()) at = writeRecord(batch, at, record, index);
  batch.writeUInt32BE(crc32c(batch.subarray(ATTRIBUTES_AT)), CRC_AT);
  return batch;
}

export interface FetchedRecord extends RecordContent {
  readonly offset: number;
  readonly timestampMs: number;
}

export interface DecodedBatch {
  /** None where compaction left the batch empty, or where it marks the end of a transaction. */
  readonly records: readonly FetchedRecord[];
  /** One past the last offset that the batch stands for, which may be no record's. */
  readonly nextOffset: number;
}

/** Size of the batch that begins at `at`; undefined where it is cut off: the tail of an answer may be cut anywhere. */
export function wholeBatchBytes(bytes: Buffer, at: number): number | undefined {
  if (bytes.length - at < BATCH_HEADER_BYTES) return undefined;
  const size = BEFORE_LENGTH_BYTES + bytes.readInt32BE(at + LENGTH_AT);
  return bytes.length - at < size ? undefined : size;
}

/**
 * @param batch exactly one whole batch; keys and values of the records are views of it
 * @throws Error for another format, a compression that Node does not have, or a wrong checksum
 */
export function decodeRecordBatch(batch: Buffer): DecodedBatch {
  const magic = batch.readInt8(MAGIC_AT);
  if (magic !== MAGIC) throw new Error(`a record batch has format ${magic}: only 2 can be read`);
  if (batch.readUInt32BE(CRC_AT) !== crc32c(batch.subarray(ATTRIBUTES_AT))) {
    throw new Error('a record batch has a wrong checksum');
  }
  const attributes = batch.readInt16BE(ATTRIBUTES_AT);
  const baseOffset = Number(batch.readBigInt64BE(0));
  const nextOffset = baseOffset + batch.readInt32BE(LAST_DELTA_AT) + 1;
  if ((attributes & CONTROL) !== 0) return { records: [], nextOffset };
  const baseTimeMs = Number(batch.readBigInt64BE(BASE_TIME_AT));
  const appendTimeMs =
    (attributes & LOG_APPEND_TIME) === 0 ? undefined : Number(batch.readBigInt64BE(MAX_TIME_AT));
  const cursor = { buffer: unpack(batch.subarray(BATCH_HEADER_BYTES), attributes), at: 0 };
  const records: FetchedRecord[] = [];
  for (let left = batch.readInt32BE(COUNT_AT); left > 0; left--) {
    const { timestampDelta, offsetDelta, key, value, headers } = readRecord(cursor);
    const timestampMs = appendTimeMs ?? baseTimeMs + timestampDelta;
    records.push({ offset: baseOffset + offsetDelta, timestampMs, key, value, headers });
  }
  return { records, nextOffset };
}

function unpack(bytes: Buffer, attributes: number): Buffer {
  const options = { maxOutputLength: UNPACKED_BYTES_MAX };
  switch (attributes & COMPRESSION_MASK) {
    case 0:
      return bytes;
    case 1:
      return bytes.length === 0 ? bytes : gunzipSync(bytes, options);
    case 4:
      return bytes.length === 0 ? bytes : zstdDecompressSync(bytes, options);
    default:
      throw new Error(
        'a record batch is compressed with snappy or lz4, which cannot be read here: write with gzip, zstd or none',
      );
  }
}
