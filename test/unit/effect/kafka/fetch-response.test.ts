import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFetchResponse } from '../../../../lib/effect/kafka/fetch-response.ts';
import { encodeRecordBatch } from '../../../../lib/effect/kafka/record-batch.ts';

interface Answer {
  readonly topics?: number;
  readonly partitions?: number;
  readonly errorCode?: number;
}

const int16 = (value: number): Buffer => Buffer.from([(value >> 8) & 0xff, value & 0xff]);
function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}

/** Fetch answer, version 11, written from the protocol's page. */
function answerOf(records: Buffer, { topics = 1, partitions = 1, errorCode = 0 }: Answer = {}) {
  return Buffer.concat([
    int32(0),
    int16(0),
    int32(0),
    int32(topics),
    int16(1),
    Buffer.from('t'),
    int32(partitions),
    int32(3),
    int16(errorCode),
    int64(77),
    int64(77),
    int64(0),
    int32(1),
    int64(9),
    int64(9),
    int32(-1),
    int32(records.length),
    records,
  ]);
}

function batchAt(offset: number, count: number): Buffer {
  const record = { key: null, value: Buffer.from('v'), headers: [] };
  const batch = encodeRecordBatch(
    Array.from({ length: count }, () => record),
    5,
  );
  batch.writeBigInt64BE(BigInt(offset));
  return batch;
}

describe('the answer to a fetch', () => {
  test('gives the records of whole batches, wherever its tail is cut', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(counts, fc.double({ min: 0, max: 1, noNaN: true }), (sizes, share) => {
        let offset = 100;
        const batches = sizes.map((size) => {
          const batch = { bytes: batchAt(offset, size), from: offset, to: offset + size };
          offset += size;
          return batch;
        });
        const all = Buffer.concat(batches.map(({ bytes }) => bytes));
        const cut = Math.floor(all.length * share);
        let end = 0;
        const whole = batches.filter(({ bytes }) => (end += bytes.length) <= cut);
        const read = decodeFetchResponse(answerOf(all.subarray(0, cut)));
        const last = whole.at(-1)?.to;
        expect(read).toMatchObject({ errorCode: 0, highWatermark: 77, nextOffset: last });
        expect(read.records.map((record) => record.offset)).toEqual(
          Array.from({ length: (last ?? 100) - 100 }, (_, index) => 100 + index),
        );
      }),
    );
  });

  test('tells the error of the partition, and of the request', () => {
    expect(decodeFetchResponse(answerOf(Buffer.alloc(0), { errorCode: 1 })).errorCode).toBe(1);
    const refused = Buffer.concat([int32(0), int16(43), int32(0), int32(0)]);
    expect(decodeFetchResponse(refused)).toMatchObject({ errorCode: 43, records: [] });
  });

  test('about anything but one partition is refused', () => {
    const none = Buffer.alloc(0);
    expect(() => decodeFetchResponse(answerOf(none, { topics: 0 }))).toThrow(/one topic with 0/);
    expect(() => decodeFetchResponse(answerOf(none, { partitions: 2 }))).toThrow(
      /partition with 2/,
    );
  });

  test('that is cut off in its head is refused', () => {
    const whole = answerOf(Buffer.alloc(0));
    for (let length = 0; length < whole.length - 4; length++) {
      expect(() => decodeFetchResponse(whole.subarray(0, length))).toThrow(RangeError);
    }
  });
});
