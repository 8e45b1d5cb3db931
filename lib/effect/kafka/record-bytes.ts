import { readVarint, varintBytes, writeVarint, type Cursor } from './varint.ts';
import type { RecordContent, RecordHeader } from '../../model/record.ts';

/*
 * One record in a batch: https://kafka.apache.org/documentation/#record. kafkajs keeps headers in an object, which
 * loses the order between names and trips over null values and names like `1`; it also takes 2 KB of memory for each.
 */

const NULL = -1;

/** Exact size in a batch, with its length in front. `offsetDelta` is its place in the batch. */
export function recordBytes(content: RecordContent, offsetDelta: number): number {
  const body = bodyBytes(content, offsetDelta);
  return varintBytes(body) + body;
}

function bodyBytes({ key, value, headers }: RecordContent, offsetDelta: number): number {
  // Attributes and timestamp delta, both 0, take one byte each.
  let bytes = 2 + varintBytes(offsetDelta) + lengthOf(key) + lengthOf(value);
  bytes += varintBytes(headers.length);
  for (const header of headers) {
    const name = Buffer.byteLength(header.key);
    bytes += varintBytes(name) + name + lengthOf(header.value);
  }
  return bytes;
}

function lengthOf(bytes: Uint8Array | null): number {
  return bytes === null ? 1 : varintBytes(bytes.length) + bytes.length;
}

/** Writes a record whose time is the batch's own. @returns the place after it */
export function writeRecord(
  buffer: Buffer,
  at: number,
  content: RecordContent,
  offsetDelta: number,
): number {
  let next = writeVarint(buffer, at, bodyBytes(content, offsetDelta));
  buffer[next++] = 0;
  buffer[next++] = 0;
  next = writeVarint(buffer, next, offsetDelta);
  next = writeBytes(buffer, next, content.key);
  next = writeBytes(buffer, next, content.value);
  next = writeVarint(buffer, next, content.headers.length);
  for (const { key, value } of content.headers) {
    next = writeVarint(buffer, next, Buffer.byteLength(key));
    next += buffer.write(key, next);
    next = writeBytes(buffer, next, value);
  }
  return next;
}

function writeBytes(buffer: Buffer, at: number, bytes: Uint8Array | null): number {
  if (bytes === null) return writeVarint(buffer, at, NULL);
  const next = writeVarint(buffer, at, bytes.length);
  buffer.set(bytes, next);
  return next + bytes.length;
}

export interface DecodedRecord extends RecordContent {
  readonly offsetDelta: number;
  readonly timestampDelta: number;
}

/** @throws RangeError where the bytes end too early */
export function readRecord(cursor: Cursor): DecodedRecord {
  const end = readVarint(cursor) + cursor.at;
  cursor.at += 1; // attributes
  const timestampDelta = readVarint(cursor);
  const offsetDelta = readVarint(cursor);
  const key = readBytes(cursor);
  const value = readBytes(cursor);
  const headers: RecordHeader[] = [];
  for (let left = readVarint(cursor); left > 0; left--) {
    const name = readBytes(cursor)?.toString() ?? '';
    headers.push({ key: name, value: readBytes(cursor) });
  }
  if (cursor.at !== end) throw new RangeError('a record does not end where it says');
  return { timestampDelta, offsetDelta, key, value, headers };
}

function readBytes(cursor: Cursor): Buffer | null {
  const length = readVarint(cursor);
  if (length === NULL) return null;
  const end = cursor.at + length;
  if (length < NULL || end > cursor.buffer.length) throw new RangeError('a record is cut off');
  const bytes = cursor.buffer.subarray(cursor.at, end);
  cursor.at = end;
  return bytes;
}
