/*
 * Kafka's varints: zigzag, then seven bits a byte, low ones first. Numbers are exact up to 2^53, so that one pair of
 * functions serves varint and varlong. https://kafka.apache.org/protocol#protocol_types
 */

const zigzag = (value: number): number => (value >= 0 ? value * 2 : value * -2 - 1);

export function varintBytes(value: number): number {
  let bytes = 1;
  for (let left = zigzag(value); left >= 0x80; left = Math.floor(left / 0x80)) bytes++;
  return bytes;
}

/** @returns the place after it */
export function writeVarint(buffer: Buffer, at: number, value: number): number {
  let left = zigzag(value);
  let next = at;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) buffer[next++] = (left % 0x80) | 0x80;
  buffer[next++] = left;
  return next;
}

/** A place in bytes, moved on by reading. */
export interface Cursor {
  readonly buffer: Buffer;
  at: number;
}

/** @throws RangeError at the end of the bytes */
export function readVarint(cursor: Cursor): number {
  let value = 0;
  let place = 1;
  for (;;) {
    const byte = cursor.buffer.readUInt8(cursor.at++);
    value += (byte & 0x7f) * place;
    if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    place *= 0x80;
  }
}
