import type { RecordContent } from '../../model/record.ts';

/** What a record batch may hold before it is cut; a record that is larger stands alone. */
export const BATCH_BYTES_MAX = 512 * 1024;

/** Base offset to record count. */
const BATCH_OVERHEAD_BYTES = 61;
/** Length, attributes, timestamp and offset deltas, lengths of key and value, header count: varints at their longest. */
const RECORD_OVERHEAD_BYTES = 5 + 1 + 10 + 5 + 5 + 5 + 5;
const HEADER_OVERHEAD_BYTES = 5 + 5;

/** Upper bound of a record's size in an uncompressed batch: https://kafka.apache.org/documentation/#record */
export function recordBytesMax({ key, value, headers }: RecordContent): number {
  let bytes = RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  for (const header of headers) {
    bytes += HEADER_OVERHEAD_BYTES + Buffer.byteLength(header.key) + (header.value?.length ?? 0);
  }
  return bytes;
}

/** Cuts records, in their order, into batches of at most `bytesMax` bytes, each of one record at least. Pure. */
export function cutBatches<T>(
  items: readonly T[],
  contentOf: (item: T) => RecordContent,
  bytesMax = BATCH_BYTES_MAX,
): T[][] {
  const batches: T[][] = [];
  let batch: T[] = [];
  let bytes = BATCH_OVERHEAD_BYTES;
  for (const item of items) {
    const size = recordBytesMax(contentOf(item));
    if (batch.length > 0 && bytes + size > bytesMax) {
      batches.push(batch);
      batch = [];
      bytes = BATCH_OVERHEAD_BYTES;
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
