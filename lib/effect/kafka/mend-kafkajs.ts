import kafkajs from 'kafkajs';
import assignerProtocol from 'kafkajs/src/consumer/assignerProtocol.js';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import decodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0/decoder.js';
import encodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0/index.js';
import type { RecordHeader } from '../../model/record.ts';

/*
 * Mends kafkajs 2.2.4 at run time; importing this module is what does it. Three defects:
 * - writing, headers are an object: order between names is lost, names like `1` jump the queue, a null value throws;
 * - reading, headers become an object: order between names is lost, and building it takes quadratic time;
 * - an idle connection polls its empty queue every millisecond (tulios/kafkajs#1751).
 * The module refuses to load where a mend does not take, e.g. because a bundler made a second copy of kafkajs.
 */

/** Under this symbol a decoded `headers` object carries its ordered list. */
const ORDERED = Symbol('order-service:ordered-headers');

/** kafkajs knows bytes by `Buffer.isBuffer` alone; it writes any other array as text. Shares the memory. */
export function toBuffer(bytes: Uint8Array | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The `headers` of a kafkajs message that is written exactly as the list says: order, duplicates, nulls. */
export function encodableHeaders(headers: readonly RecordHeader[]): Record<string, Buffer[]> {
  // The record encoder calls `headers[name].map(value => ({ key: name, value }))` for an array, and nothing else.
  const list: Buffer[] = [];
  Object.defineProperty(list, 'map', { value: () => headers.map(encodableHeader) });
  return { ordered: list };
}

function encodableHeader({ key, value }: RecordHeader): { key: string; value: unknown } {
  if (value !== null) return { key, value: toBuffer(value) };
  // The encoder takes the length of a value before it looks whether it is null: it sees '' first, then null.
  let read = false;
  return {
    key,
    get value() {
      if (read) return null;
      read = true;
      return '';
    },
  };
}

/** The ordered list of a decoded record's `headers`. */
export function orderedHeaders(headers: object): readonly RecordHeader[] {
  const list = (headers as { [ORDERED]?: readonly RecordHeader[] })[ORDERED];
  if (list === undefined) throw new Error('record headers were not decoded by the mended kafkajs');
  return list;
}

function mendHeaderDecoder(): void {
  const original = methodOf(Decoder.prototype, 'readVarIntArray');
  Decoder.prototype.readVarIntArray = function readVarIntArray<T>(read: (decoder: Decoder) => T) {
    const list = original.call(this, read) as T[];
    // Only the record decoder reads such arrays, and only to reduce them to an object.
    Object.defineProperty(list, 'reduce', { value: () => headerObject(list as RecordHeader[]) });
    return list;
  };
}

/** What kafkajs makes of headers (a name's value, or the list of its values), in linear time, with the list on it. */
function headerObject(list: readonly RecordHeader[]): object {
  const byName = new Map<string, (Uint8Array | null)[]>();
  for (const { key, value } of list) {
    const values = byName.get(key);
    if (values === undefined) byName.set(key, [value]);
    else values.push(value);
  }
  const entries = [...byName].map(([key, values]) => [key, values.length > 1 ? values : values[0]]);
  const headers = Object.fromEntries(entries) as object;
  const ordered = list.map(({ key, value }) => ({ key, value }));
  return Object.defineProperty(headers, ORDERED, { value: ordered });
}

function mendRequestQueue(): void {
  const original = methodOf(RequestQueue.prototype, 'scheduleCheckPendingRequests');
  RequestQueue.prototype.scheduleCheckPendingRequests = function scheduleCheckPendingRequests() {
    if (this.pending.length > 0) original.call(this);
  };
}

function methodOf(prototype: object, name: string): (...args: unknown[]) => unknown {
  const method: unknown = Reflect.get(prototype, name);
  if (typeof method !== 'function') refuse(`it has no method ${name}`);
  return method as (...args: unknown[]) => unknown;
}

function refuse(fault: string): never {
  throw new Error(
    `kafkajs cannot be mended: ${fault}. Install the pinned version 2.2.4, and let no bundler make a second copy of it`,
  );
}

const HOSTILE: readonly RecordHeader[] = [
  { key: 'a', value: Buffer.from('1') },
  { key: 'b', value: Buffer.alloc(0) },
  { key: 'a', value: null },
  { key: '1', value: Buffer.from([0x80, 0xff]) },
  { key: '__proto__', value: Buffer.from('p') },
  { key: 'constructor', value: null },
  { key: '', value: Buffer.from('no name') },
];

function checkHeaders(): void {
  if (typeof encodeRecord !== 'function') refuse('it has no record encoder');
  if (typeof decodeRecord !== 'function') refuse('it has no record decoder');
  const written = encodeRecord({ key: null, value: null, headers: encodableHeaders(HOSTILE) });
  const record = new Decoder(written.buffer).readVarIntBytes() ?? refuse('a record has no bytes');
  const batch = { firstOffset: '0', firstTimestamp: '0' };
  const read = orderedHeaders(decodeRecord(new Decoder(record), batch).headers);
  const text = (headers: readonly RecordHeader[]) =>
    JSON.stringify(
      headers.map(({ key, value }) => [key, toBuffer(value)?.toString('hex') ?? null]),
    );
  if (text(read) !== text(HOSTILE)) {
    refuse(`headers do not survive writing and reading: ${text(HOSTILE)} became ${text(read)}`);
  }
}

function checkRequestQueue(): void {
  const queue = new RequestQueue({ clientId: '', broker: '' });
  queue.scheduleCheckPendingRequests();
  if (queue.throttleCheckTimeoutId !== null) refuse('an idle request queue still polls');
}

function checkOneCopy(): void {
  if (kafkajs.AssignerProtocol !== assignerProtocol) refuse('there are two copies of it');
}

mendHeaderDecoder();
mendRequestQueue();
checkOneCopy();
checkHeaders();
checkRequestQueue();
