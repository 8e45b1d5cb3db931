import type { ConsumedRecord } from '../model/record.ts';

export interface PartitionOffsets {
  readonly partition: number;
  /** Offset of the first record that is there. */
  readonly lowOffset: number;
  /** One past the last record. */
  readonly highOffset: number;
}

export interface ReadWindow {
  readonly recordsMax: number;
  readonly bytesMax: number;
  /** Epoch ms; past it the call rejects. */
  readonly deadlineMs: number;
}

/**
 * Reads records by offset, without a consumer group. Every method rejects with AppError KAFKA_UNAVAILABLE when the
 * cluster does not answer in time.
 */
export interface RecordReader {
  /** Offsets of every partition; undefined where the topic does not exist. */
  offsets(topic: string, deadlineMs: number): Promise<readonly PartitionOffsets[] | undefined>;
  /**
   * Records from `offset` on, ascending, at most `recordsMax` (and about `bytesMax` bytes, but at least one record).
   * Empty where nothing is there from `offset` on; an offset that was compacted away gives the next one that is there.
   */
  read(
    topic: string,
    partition: number,
    offset: number,
    window: ReadWindow,
  ): Promise<readonly ConsumedRecord[]>;
}
