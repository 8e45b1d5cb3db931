import { decimalValue } from './decimal.ts';
import type { AvroType } from './schema.ts';

/** Bytes that do not fit their schema. */
export class AvroBytesError extends Error {
  override readonly name = 'AvroBytesError';
}

/** How deep values may be nested: a recursive schema would let a few bytes go as deep as the stack. */
const DEPTH_MAX = 64;

interface Cursor {
  readonly bytes: Buffer;
  at: number;
  /** Items of arrays and maps that may still come: as many as there are bytes, though an item may need none. */
  items: number;
}

/**
 * One value by the schema that it was written with, and nothing behind it. Records and maps become objects, bytes
 * Buffers (copies), decimals numbers where exact, else texts; a long beyond 2^53 becomes a bigint.
 *
 * @throws AvroBytesError
 */
export function readAvro(type: AvroType, bytes: Uint8Array): unknown {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cursor = { bytes: buffer, at: 0, items: buffer.length };
  const value = read(type, cursor, 0);
  const left = buffer.length - cursor.at;
  if (left > 0) throw new AvroBytesError(`${left} bytes are left over`);
  return value;
}

function read(type: AvroType, cursor: Cursor, depth: number): unknown {
  switch (type.kind) {
    case 'null':
      return null;
    case 'boolean':
      return readBoolean(cursor);
    case 'int':
      return readInt(cursor);
    case 'long':
      return readLong(cursor);
    case 'float':
      return take(cursor, 4).readFloatLE();
    case 'double':
      return take(cursor, 8).readDoubleLE();
    case 'string':
      return readText(cursor);
    case 'bytes':
      return scaled(take(cursor, readLength(cursor)), type.scale);
    case 'fixed':
      return scaled(take(cursor, type.size), type.scale);
    case 'enum':
      return choose(type.symbols, cursor, 'symbol');
    case 'union':
      return read(choose(type.branches, cursor, 'branch'), cursor, depth);
    case 'array':
      return readBlocks(cursor, () => read(type.items, cursor, deeper(depth)));
    case 'map':
      return Object.fromEntries(
        readBlocks(cursor, () => [readText(cursor), read(type.items, cursor, deeper(depth))]),
      );
    case 'record': {
      const record: Record<string, unknown> = {};
      for (const field of type.fields) record[field.name] = read(field.type, cursor, deeper(depth));
      return record;
    }
    default:
      return type satisfies never;
  }
}

function deeper(depth: number): number {
  if (depth >= DEPTH_MAX) throw new AvroBytesError(`values are nested over ${DEPTH_MAX} deep`);
  return depth + 1;
}

function readBlocks<T>(cursor: Cursor, item: () => T): T[] {
  const items: T[] = [];
  for (;;) {
    let count = readLength(cursor, true);
    if (count === 0) return items;
    if (count < 0) {
      count = -count;
      readLength(cursor); // The block's size, for readers that skip it.
    }
    cursor.items -= count;
    if (cursor.items < 0) throw new AvroBytesError('a list says more items than it has bytes for');
    for (let index = 0; index < count; index++) items.push(item());
  }
}

function take(cursor: Cursor, length: number): Buffer {
  const end = cursor.at + length;
  if (end > cursor.bytes.length) {
    throw new AvroBytesError(`it ends ${end - cursor.bytes.length} bytes too early`);
  }
  const taken = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return taken;
}

function scaled(bytes: Buffer, scale: number | undefined): unknown {
  return scale === undefined ? Buffer.from(bytes) : decimalValue(bytes, scale);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readText(cursor: Cursor): string {
  const bytes = take(cursor, readLength(cursor));
  try {
    return utf8.decode(bytes);
  } catch {
    throw new AvroBytesError('a text is no UTF-8');
  }
}

function readBoolean(cursor: Cursor): boolean {
  const byte = take(cursor, 1)[0] ?? 0;
  if (byte > 1) throw new AvroBytesError(`a boolean is ${byte}`);
  return byte === 1;
}

function readInt(cursor: Cursor): number {
  const value = readLong(cursor);
  if (value !== Number(BigInt.asIntN(32, BigInt(value)))) {
    throw new AvroBytesError(`an int is ${value}`);
  }
  return value;
}

/** Of a text, of bytes or of a block; negative only where that is said. */
function readLength(cursor: Cursor, signed = false): number {
  const length = readLong(cursor);
  if (typeof length === 'bigint' || (length < 0 && !signed)) {
    throw new AvroBytesError(`a length is ${length}`);
  }
  return length;
}

function choose<T>(options: readonly T[], cursor: Cursor, what: string): T {
  const index = readLong(cursor);
  const chosen = typeof index === 'number' ? options[index] : undefined;
  if (chosen === undefined) throw new AvroBytesError(`there is no ${what} ${index}`);
  return chosen;
}

/** Variable-length zig-zag. Beyond 2^53 it is a bigint, so that nothing is rounded. */
function readLong(cursor: Cursor): number | bigint {
  let low = 0; // 28 bits are enough for most numbers, and need no bigint.
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = take1(cursor);
    low |= (byte & 0x7f) << shift;
    if (byte < 0x80) return (low >>> 1) ^ -(low & 1);
  }
  let zigzag = BigInt(low);
  for (let shift = 28n; shift < 70n; shift += 7n) {
    const byte = take1(cursor);
    zigzag |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) {
      if (zigzag >= 1n << 64n) break;
      const value = (zigzag >> 1n) ^ -(zigzag & 1n);
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    }
  }
  throw new AvroBytesError('a number has over 64 bits');
}

function take1(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at++];
  if (byte === undefined) throw new AvroBytesError('it ends too early');
  return byte;
}
