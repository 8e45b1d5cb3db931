import { decimalBytes } from './decimal.ts';
import type { AvroType } from './schema.ts';

/** A value that its schema has no place for. */
export class AvroValueError extends Error {
  override readonly name = 'AvroValueError';
}

const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;
const INT_MAX = 2 ** 31 - 1;
const FIRST_BYTES = 1024;

/** Bytes so far, in a buffer that grows. */
interface Sink {
  buffer: Buffer;
  length: number;
}

/**
 * A value → its bytes by the schema. Takes what `readAvro` gives.
 * @throws AvroValueError, which names the field
 */
export function writeAvro(type: AvroType, value: unknown): Uint8Array {
  const sink = { buffer: Buffer.allocUnsafe(FIRST_BYTES), length: 0 };
  write(type, value, sink, '');
  return sink.buffer.subarray(0, sink.length);
}

function write(type: AvroType, value: unknown, sink: Sink, path: string): void {
  if (!fits(type, value)) throw new AvroValueError(`${path || 'the value'} is no ${type.kind}`);
  switch (type.kind) {
    case 'null':
      return;
    case 'boolean':
      return put(sink, Buffer.of(value === true ? 1 : 0));
    case 'int':
    case 'long':
      return putLong(sink, value as number | bigint);
    case 'float':
    case 'double':
      return putFloat(sink, Number(value), type.kind);
    case 'string':
      return putSized(sink, Buffer.from(value as string, 'utf8'));
    case 'bytes':
      return putSized(sink, bytesOf(value, type.scale));
    case 'fixed':
      return put(sink, value as Uint8Array);
    case 'enum':
      return putLong(sink, type.symbols.indexOf(value as string));
    case 'union': {
      const index = type.branches.findIndex((branch) => fits(branch, value));
      putLong(sink, index);
      const branch = type.branches[index];
      return branch && write(branch, value, sink, path);
    }
    case 'array':
      return writeList(value as unknown[], sink, (item, index) =>
        write(type.items, item, sink, `${path}[${index}]`),
      );
    case 'map':
      return writeList(Object.entries(value as object), sink, ([key, item]) => {
        putSized(sink, Buffer.from(key, 'utf8'));
        write(type.items, item, sink, `${path}.${key}`);
      });
    case 'record':
      for (const { name, type: fieldType } of type.fields) {
        const inner = path === '' ? name : `${path}.${name}`;
        write(fieldType, (value as Record<string, unknown>)[name], sink, inner);
      }
      return;
    default:
      return type satisfies never;
  }
}

function fits(type: AvroType, value: unknown): boolean {
  switch (type.kind) {
    case 'null':
      return value === null;
    case 'boolean':
      return typeof value === 'boolean';
    case 'int':
      return Number.isInteger(value) && Math.abs(Number(value) + 0.5) <= INT_MAX + 0.5;
    case 'long':
      return typeof value === 'bigint'
        ? value >= LONG_MIN && value <= LONG_MAX
        : Number.isSafeInteger(value);
    case 'float':
    case 'double':
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'bytes':
      return type.scale === undefined
        ? value instanceof Uint8Array
        : decimalBytes(value, type.scale) !== undefined;
    case 'fixed':
      return value instanceof Uint8Array && value.length === type.size;
    case 'enum':
      return type.symbols.includes(value as string);
    case 'union':
      return type.branches.some((branch) => fits(branch, value));
    case 'array':
      return Array.isArray(value);
    case 'map':
    case 'record':
      return typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
    default:
      return type satisfies never;
  }
}

function bytesOf(value: unknown, scale: number | undefined): Uint8Array {
  if (scale === undefined) return value as Uint8Array;
  return decimalBytes(value, scale) ?? new Uint8Array();
}

function writeList<T>(items: readonly T[], sink: Sink, item: (item: T, index: number) => void) {
  if (items.length > 0) {
    putLong(sink, items.length);
    items.forEach(item);
  }
  putLong(sink, 0);
}

function putSized(sink: Sink, bytes: Uint8Array): void {
  putLong(sink, bytes.length);
  put(sink, bytes);
}

function put(sink: Sink, bytes: Uint8Array): void {
  room(sink, bytes.length);
  sink.buffer.set(bytes, sink.length);
  sink.length += bytes.length;
}

function putFloat(sink: Sink, value: number, kind: 'float' | 'double'): void {
  room(sink, 8);
  const { buffer, length } = sink;
  sink.length =
    kind === 'float' ? buffer.writeFloatLE(value, length) : buffer.writeDoubleLE(value, length);
}

/** Variable-length zig-zag. */
function putLong(sink: Sink, value: number | bigint): void {
  room(sink, 10);
  if (typeof value === 'number' && Math.abs(value) < 2 ** 30) {
    let small = ((value << 1) ^ (value >> 31)) >>> 0;
    for (; small >= 0x80; small >>>= 7) sink.buffer[sink.length++] = (small & 0x7f) | 0x80;
    sink.buffer[sink.length++] = small;
    return;
  }
  const big = BigInt(value);
  let zigzag = BigInt.asUintN(64, (big << 1n) ^ (big >> 63n));
  for (; zigzag >= 0x80n; zigzag >>= 7n) {
    sink.buffer[sink.length++] = Number(zigzag & 0x7fn) | 0x80;
  }
  sink.buffer[sink.length++] = Number(zigzag);
}

function room(sink: Sink, bytes: number): void {
  if (sink.length + bytes <= sink.buffer.length) return;
  const larger = Buffer.allocUnsafe(Math.max(sink.buffer.length * 2, sink.length + bytes));
  larger.set(sink.buffer.subarray(0, sink.length));
  sink.buffer = larger;
}
