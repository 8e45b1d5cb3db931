import type { ConsumedRecord, RecordHeader } from '../model/record.ts';
import { AppError } from '../model/errors.ts';

/** The records of one partition, in ascending offsets; `key` is AWS's own name of it, `<topic>-<partition>`. */
export interface PartitionBatch {
  readonly key: string;
  readonly records: readonly ConsumedRecord[];
}

/**
 * AWS's MSK event → records. A key or value that is left out or null is absent (AWS does not say which of the two
 * it sends); an empty text is an empty one.
 * Header values are lists of signed bytes (−61 is 0xC3).
 * https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
 *
 * @throws AppError EVENT_NOT_MSK: nothing was taken, the invocation fails and comes again
 */
export function decodeMskEvent(event: unknown): readonly PartitionBatch[] {
  const records = field(event, 'records');
  if (typeof records !== 'object' || records === null) throw notMsk('"records" is no object');
  return Object.entries(records).map(([key, list]) => {
    if (!Array.isArray(list)) throw notMsk(`records["${key}"] is no list`);
    const decoded = list.map((record, index) =>
      decodeRecord(record, `records["${key}"][${index}]`),
    );
    return { key, records: decoded.toSorted((a, b) => a.offset - b.offset) };
  });
}

function decodeRecord(record: unknown, place: string): ConsumedRecord {
  if (field(record, 'valueSchemaMetadata') != null || field(record, 'keySchemaMetadata') != null) {
    throw notMsk(
      `${place} was decoded by the mapping's schema registry, so its exact bytes are gone: remove SchemaRegistryConfig from the mapping`,
    );
  }
  const topic = field(record, 'topic');
  if (typeof topic !== 'string') throw notMsk(`${place}.topic is no text`);
  return {
    topic,
    partition: integer(record, 'partition', place),
    offset: integer(record, 'offset', place),
    timestampMs: timestamp(record, place),
    key: bytes(record, 'key', place),
    value: bytes(record, 'value', place),
    headers: decodeHeaders(field(record, 'headers'), place),
  };
}

function decodeHeaders(headers: unknown, place: string): readonly RecordHeader[] {
  if (headers === undefined || headers === null) return [];
  if (!Array.isArray(headers)) throw notMsk(`${place}.headers is no list`);
  return headers.flatMap((header: unknown) => {
    if (typeof header !== 'object' || header === null) throw notMsk(`${place}.headers: no object`);
    return Object.entries(header).map(([key, value]): RecordHeader => {
      if (value === null) return { key, value: null };
      if (!Array.isArray(value)) throw notMsk(`${place}.headers["${key}"] is no list of bytes`);
      // Buffer.from takes each number modulo 256, which is what signed bytes need.
      return { key, value: Buffer.from(value as number[]) };
    });
  });
}

function bytes(record: unknown, name: string, place: string): Uint8Array | null {
  const value = field(record, name);
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw notMsk(`${place}.${name} is no base64 text`);
  return Buffer.from(value, 'base64');
}

function integer(record: unknown, name: string, place: string): number {
  const value = field(record, name);
  if (!Number.isSafeInteger(value)) throw notMsk(`${place}.${name} is no whole number`);
  return value as number;
}

/** The widest time that a Date can tell, epoch ms: https://tc39.es/ecma262/#sec-time-values-and-time-range */
const TIME_MS_MAX = 8.64e15;

/** A producer may write any 64-bit number as timestamp: an odd one is no reason to refuse its batch. */
function timestamp(record: unknown, place: string): number {
  const value = field(record, 'timestamp');
  if (typeof value !== 'number') throw notMsk(`${place}.timestamp is no number`);
  return Math.trunc(Math.min(Math.max(value, -TIME_MS_MAX), TIME_MS_MAX));
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function notMsk(fault: string): AppError {
  return new AppError(
    'EVENT_NOT_MSK',
    `Not an Amazon MSK event: ${fault}. This function belongs behind an MSK event source mapping.`,
  );
}
