import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutBatches, halves, recordBytesMax } from '../../../../lib/effect/kafka/cut-batches.ts';
import {
  BATCH_HEADER_BYTES,
  encodeRecordBatch,
} from '../../../../lib/effect/kafka/record-batch.ts';
import type { RecordContent } from '../../../../lib/model/record.ts';
import { headers } from '../../../support/arbitraries.ts';

const bytes = fc.option(fc.uint8Array({ maxLength: 300 }), { nil: null });
const record: fc.Arbitrary<RecordContent> = fc.record({ key: bytes, value: bytes, headers });
const itself = (content: RecordContent): RecordContent => content;

describe('cutBatches', () => {
  test('keeps every record, in order, in batches that fit or hold one record', () => {
    const bytesMax = fc.integer({ min: 1, max: 2_000 });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 30 }), bytesMax, (records, max) => {
        const batches = cutBatches(records, itself, max);
        expect(batches.flat()).toEqual(records);
        for (const batch of batches) {
          const size = batch.reduce((sum, content) => sum + recordBytesMax(content), 61);
          expect(batch.length === 1 || (batch.length > 1 && size <= max)).toBe(true);
        }
      }),
    );
  });

  test('fills a batch as far as it goes', () => {
    const kilobyte = { key: null, value: new Uint8Array(1_000), headers: [] };
    const counts = cutBatches(
      Array.from({ length: 10 }, () => kilobyte),
      itself,
      4_300,
    ).map((batch) => batch.length);
    expect(counts).toEqual([4, 4, 2]);
  });
});

test('recordBytesMax is never below what is written, and hardly above', () => {
  fc.assert(
    fc.property(record, (content) => {
      const written = encodeRecordBatch([content], 0).length - BATCH_HEADER_BYTES;
      expect(recordBytesMax(content)).toBeGreaterThanOrEqual(written);
      expect(recordBytesMax(content)).toBeLessThanOrEqual(written + 5);
    }),
  );
});

test('halves are both smaller and together the whole', () => {
  expect(halves([1, 2, 3])).toEqual([[1, 2], [3]]);
  expect(halves([1, 2])).toEqual([[1], [2]]);
});
