import type { RecordHeader } from '../model/record.ts';

/*
 * A record's headers as one block of bytes: in base64, however many they are, they take 4/3 of what they take in Kafka,
 * where a JSON object for each takes ten times as much (docs/contracts.md, "The header block"). It is
 *
 *   count, then for each header: length of the name, name in UTF-8, length of the value + 1 (0: no value), value
 *
 * with numbers of seven bits a byte, low ones first, the eighth bit set on all bytes but the last.
 */

/** A number of more bytes (2^35 and up) is none that we write. */
const NUMBER_BYTES_MAX = 5;

/** Name and value take a length each. */
const HEADER_BYTES_MIN = 2;

/** The names are taken for the UTF-8 texts that Kafka has them as. Pure, total. */
export function encodeHeaderBlock(headers: readonly RecordHeader[]): Uint8Array {
  const size = headers.reduce((sum, header) => sum + headerBytes(header), 0);
  const block = Buffer.allocUnsafe(numberBytes(headers.length) + size);
  let at = writeNumber(block, 0, headers.length);
  for (const { key, value } of headers) {
    at = writeNumber(block, at, Buffer.byteLength(key));
    at += block.write(key, at);
    at = writeNumber(block, at, value === null ? 0 : value.length + 1);
    if (value === null) continue;
    block.set(value, at);
    at += value.length;
  }
  return block;
}

/**
 * The headers of a block, in their order, or what is wrong with it, for a person. No claimed count or length is believed
 * before the bytes are there. Never throws.
 */
export function decodeHeaderBlock(
  block: Uint8Array,
): readonly RecordHeader[] | { readonly unreadable: string } {
  try {
    return readHeaders({ bytes: Buffer.from(block.buffer, block.byteOffset, block.length), at: 0 });
  } catch (error) {
    return { unreadable: `header block: ${(error as Error).message}` };
  }
}

/** A place in bytes, moved on by reading. */
interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

function readHeaders(cursor: Cursor): readonly RecordHeader[] {
  const count = readNumber(cursor);
  const room = Math.floor((cursor.bytes.length - cursor.at) / HEADER_BYTES_MIN);
  if (count > room) throw new Error(`says ${count} headers and has room for ${room}`);
  const headers: RecordHeader[] = [];
  while (headers.length < count) {
    const key = toText(take(cursor, readNumber(cursor)));
    const length = readNumber(cursor);
    headers.push({ key, value: length === 0 ? null : take(cursor, length - 1) });
  }
  const left = cursor.bytes.length - cursor.at;
  if (left > 0) throw new Error(`${left} bytes behind its last header`);
  return headers;
}

function take(cursor: Cursor, length: number): Buffer {
  const end = cursor.at + length;
  if (end > cursor.bytes.length) throw new Error(`ends ${end - cursor.bytes.length} bytes early`);
  const taken = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return taken;
}

// A byte order mark is a part of the name.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function toText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Error('a name is no UTF-8');
  }
}

function headerBytes({ key, value }: RecordHeader): number {
  const name = Buffer.byteLength(key);
  const length = value?.length ?? 0;
  return numberBytes(name) + name + numberBytes(value === null ? 0 : length + 1) + length;
}

function numberBytes(value: number): number {
  let bytes = 1;
  for (let left = value; left >= 0x80; left = Math.floor(left / 0x80)) bytes++;
  return bytes;
}

/** @returns the place after it */
function writeNumber(block: Buffer, at: number, value: number): number {
  let left = value;
  let next = at;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) block[next++] = (left % 0x80) | 0x80;
  block[next++] = left;
  return next;
}

function readNumber(cursor: Cursor): number {
  let value = 0;
  for (let read = 0, place = 1; read < NUMBER_BYTES_MAX; read++, place *= 0x80) {
    const byte = take(cursor, 1).readUInt8();
    value += (byte & 0x7f) * place;
    if (byte < 0x80) return value;
  }
  throw new Error(`a number of more than ${NUMBER_BYTES_MAX} bytes`);
}
