import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeRecordBatch,
  encodeRecordBatch,
  wholeBatchBytes,
} from '../../../../lib/effect/kafka/record-batch.ts';
import type { RecordContent } from '../../../../lib/model/record.ts';
import { headers } from '../../../support/arbitraries.ts';

const fixture = new URL('../../../fixtures/record-batch/batches.json', import.meta.url);
const golden = JSON.parse(readFileSync(fixture, 'utf8')) as Readonly<Record<string, string>>;
const batchNamed = (name: string): Buffer => Buffer.from(golden[name] ?? '', 'hex');
const NOW_MS = 1_790_000_000_000;

const utf8 = (text: string): Buffer => Buffer.from(text);
const hostile: RecordContent = {
  key: utf8('key'),
  value: utf8('value'),
  headers: [
    { key: 'a', value: utf8('1') },
    { key: 'b', value: utf8('') },
    { key: 'a', value: null },
    { key: '1', value: utf8('\u00ff') },
    { key: '__proto__', value: utf8('p') },
    { key: '', value: utf8('no name') },
    { key: 'é', value: utf8('ü') },
  ],
};
const nulls: RecordContent = { key: null, value: null, headers: [] };
const empty: RecordContent = { key: utf8(''), value: utf8(''), headers: [] };
const large = { key: utf8('k'.repeat(200)), value: utf8('v'.repeat(5_000)), headers: [] };

const hex = (bytes: Uint8Array | null) =>
  bytes === null ? null : Buffer.from(bytes).toString('hex');
function comparable({ key, value, headers: list }: RecordContent) {
  return { key: hex(key), value: hex(value), headers: list.map((h) => [h.key, hex(h.value)]) };
}

describe('a record batch', () => {
  test('is written byte for byte as the Java client writes it', () => {
    const written = encodeRecordBatch([hostile, nulls, empty, large], NOW_MS);
    expect(written.toString('hex')).toBe(golden['same time']);
  });

  test('of the Java client is read: times before and after the first, large offsets', () => {
    const { records, nextOffset } = decodeRecordBatch(batchNamed('different times'));
    expect(records).toEqual([
      { ...nulls, offset: 4_000_000_000, timestampMs: NOW_MS },
      {
        key: utf8('earlier'),
        value: null,
        headers: [],
        offset: 4_000_000_001,
        timestampMs: NOW_MS - 70_000,
      },
      {
        key: utf8('later'),
        value: null,
        headers: [],
        offset: 4_000_000_002,
        timestampMs: NOW_MS + 3e9,
      },
    ]);
    expect(nextOffset).toBe(4_000_000_003);
  });

  test.each(['gzip', 'zstd'])('of the Java client, compressed with %s, is read', (name) => {
    const { records, nextOffset } = decodeRecordBatch(batchNamed(name));
    expect(records.map(comparable)).toEqual([hostile, large].map(comparable));
    expect(records.map(({ offset }) => offset)).toEqual([7, 8]);
    expect(nextOffset).toBe(9);
  });

  test.each(['snappy', 'lz4'])('compressed with %s is refused with a remedy', (name) => {
    expect(() => decodeRecordBatch(batchNamed(name))).toThrow(/write with gzip, zstd or none/);
  });

  test('gives back what was written, whatever it is', () => {
    const bytes = fc.option(fc.uint8Array({ maxLength: 300 }), { nil: null });
    const content = fc.record({ key: bytes, value: bytes, headers });
    const records = fc.array(content, { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(records, fc.nat(2 ** 45), (contents, timestampMs) => {
        const read = decodeRecordBatch(encodeRecordBatch(contents, timestampMs));
        expect(read.records.map(comparable)).toEqual(contents.map(comparable));
        expect(read.records.map(({ offset }) => offset)).toEqual(contents.map((_, at) => at));
        expect(read.records.every((record) => record.timestampMs === timestampMs)).toBe(true);
        expect(read.nextOffset).toBe(contents.length);
      }),
    );
  });

  test('of one record with 300,000 headers is written and read soon, in little memory', () => {
    const many = Array.from({ length: 300_000 }, () => ({ key: 'a', value: null }));
    const startedAt = performance.now();
    const batch = encodeRecordBatch([{ ...nulls, headers: many }], NOW_MS);
    expect(batch.length).toBeLessThan(900_200);
    expect(decodeRecordBatch(batch).records[0]?.headers).toHaveLength(many.length);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test('with any one bit changed is refused, or is not whole, or differs in what no checksum covers', () => {
    const batch = encodeRecordBatch([hostile], NOW_MS);
    for (let at = 0; at < batch.length * 8; at++) {
      const damaged = Buffer.from(batch);
      damaged[at >> 3] = (damaged[at >> 3] ?? 0) ^ (1 << (at & 7));
      const uncovered = at >> 3 < 8 || (at >> 3 >= 12 && at >> 3 < 16); // base offset, leader epoch
      if (wholeBatchBytes(damaged, 0) !== batch.length || uncovered) continue;
      expect(() => decodeRecordBatch(damaged)).toThrow(/checksum|format/);
    }
  });

  test('with the log append time has that time; a control batch has no records', () => {
    const attributed = (attributes: number): Buffer => {
      const batch = encodeRecordBatch([nulls], NOW_MS);
      batch.writeInt16BE(attributes, 21);
      batch.writeBigInt64BE(BigInt(NOW_MS + 5), 35);
      return checksummed(batch);
    };
    expect(decodeRecordBatch(attributed(0x08)).records[0]?.timestampMs).toBe(NOW_MS + 5);
    expect(decodeRecordBatch(attributed(0)).records[0]?.timestampMs).toBe(NOW_MS);
    expect(decodeRecordBatch(attributed(0x30))).toEqual({ records: [], nextOffset: 1 });
  });

  test('whose record ends early or late is refused', () => {
    for (const [at, byte] of [
      [61, 0x0c],
      [61, 0x10],
      [65, 0x0a],
    ] as const) {
      const batch = encodeRecordBatch([{ ...nulls, value: utf8('v') }], NOW_MS);
      batch[at] = byte;
      expect(() => decodeRecordBatch(checksummed(batch))).toThrow(RangeError);
    }
  });
});

test('wholeBatchBytes sees whether a batch is cut off', () => {
  const batch = encodeRecordBatch([hostile], NOW_MS);
  const twice = Buffer.concat([batch, batch]);
  expect(wholeBatchBytes(twice, 0)).toBe(batch.length);
  expect(wholeBatchBytes(twice, batch.length)).toBe(batch.length);
  for (const length of [0, 1, 60, 61, batch.length - 1]) {
    expect(wholeBatchBytes(batch.subarray(0, length), 0)).toBeUndefined();
  }
});

/** With the checksum (CRC-32C, bit by bit) that its bytes have now. */
function checksummed(batch: Buffer): Buffer {
  let crc = 0xffffffff;
  for (const byte of batch.subarray(21)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  batch.writeUInt32BE((crc ^ 0xffffffff) >>> 0, 17);
  return batch;
}
