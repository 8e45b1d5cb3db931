import fc from 'fast-check';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import decodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0/decoder.js';
import encodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0/index.js';
import { describe, expect, test, vi } from 'vitest';
import {
  encodableHeaders,
  orderedHeaders,
  toBuffer,
} from '../../../../lib/effect/kafka/mend-kafkajs.ts';
import type { RecordHeader } from '../../../../lib/model/record.ts';
import { headers as someHeaders } from '../../../support/arbitraries.ts';

const batch = { firstOffset: '0', firstTimestamp: '0' };

function throughKafkajs(headers: object): object {
  const record = { key: null, value: null, headers };
  const bytes = new Decoder(encodeRecord(record).buffer).readVarIntBytes();
  return decodeRecord(new Decoder(bytes ?? Buffer.alloc(0)), batch).headers;
}

const comparable = (headers: readonly RecordHeader[]) =>
  headers.map(({ key, value }) => [
    key,
    value === null ? null : Buffer.from(value).toString('hex'),
  ]);

describe('mended kafkajs', () => {
  test('keeps header lists: order, duplicates, nulls, empty values, any bytes, any names', () => {
    fc.assert(
      fc.property(someHeaders, (headers) => {
        const read = orderedHeaders(throughKafkajs(encodableHeaders(headers)));
        expect(comparable(read)).toEqual(comparable(headers));
      }),
    );
  });

  test('encodes the same headers again for a second try', () => {
    const headers = encodableHeaders([{ key: 'a', value: null }]);
    throughKafkajs(headers);
    expect(comparable(orderedHeaders(throughKafkajs(headers)))).toEqual([['a', null]]);
  });

  test('still gives kafkajs the object that it makes of headers', () => {
    const one = Buffer.from('1');
    const two = Buffer.from('2');
    const read = throughKafkajs({ a: [one, two], b: one });
    expect(read).toEqual({ a: [one, two], b: one });
  });

  test('reads a record of many headers in linear time', () => {
    const many = Array.from({ length: 50_000 }, (_, index) => ({ key: `${index}`, value: null }));
    const startedAt = performance.now();
    expect(orderedHeaders(throughKafkajs(encodableHeaders(many)))).toHaveLength(many.length);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  test('refuses headers that another decoder read', () => {
    expect(() => orderedHeaders({ a: Buffer.from('1') })).toThrow(/mended kafkajs/);
  });

  test('an idle queue sets no timer; one with a pending request does', () => {
    const setTimeout = vi.spyOn(globalThis, 'setTimeout');
    const queue = new RequestQueue({ clientId: '', broker: '' });
    queue.scheduleCheckPendingRequests();
    expect(setTimeout).not.toHaveBeenCalled();
    Object.assign(queue, { pending: [{}], checkPendingRequests: () => undefined });
    queue.scheduleCheckPendingRequests();
    expect(setTimeout).toHaveBeenCalledOnce();
    clearTimeout(setTimeout.mock.results[0]?.value as NodeJS.Timeout);
    setTimeout.mockRestore();
  });
});

test('toBuffer shares the bytes of a view and keeps null', () => {
  const beneath = new Uint8Array([1, 2, 3, 4]);
  expect(toBuffer(beneath.subarray(1, 3))).toEqual(Buffer.from([2, 3]));
  expect(toBuffer(null)).toBeNull();
});
