import { BATCH_HEADER_BYTES } from './record-batch.ts';
import { recordBytes } from './record-bytes.ts';
import type { RecordContent } from '../../model/record.ts';

/** What a record batch may hold before it is cut; a record that is larger stands alone. */
export const BATCH_BYTES_MAX = 512 * 1024;

/** Where in its batch a record will lie is not known yet: it takes up to five bytes. */
const OFFSET_DELTA_MAX = 2 ** 31 - 1;

/** Upper bound of a record's size in an uncompressed batch. */
export const recordBytesMax = (content: RecordContent): number =>
  recordBytes(content, OFFSET_DELTA_MAX);

/** Cuts records, in their order, into batches of at most `bytesMax` bytes, each of one record at least. Pure. */
export function cutBatches<T>(
  items: readonly T[],
  contentOf: (item: T) => RecordContent,
  bytesMax = BATCH_BYTES_MAX,
): T[][] {
  const batches: T[][] = [];
  let batch: T[] = [];
  let bytes = BATCH_HEADER_BYTES;
  for (const item of items) {
    const size = recordBytesMax(contentOf(item));
    if (batch.length > 0 && bytes + size > bytesMax) {
      batches.push(batch);
      batch = [];
      bytes = BATCH_HEADER_BYTES;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

/** The two halves of a batch of at least two, in order. */
export function halves<T>(batch: readonly T[]): [T[], T[]] {
  const middle = Math.ceil(batch.length / 2);
  return [batch.slice(0, middle), batch.slice(middle)];
}
