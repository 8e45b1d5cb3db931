/** Where a record lies. `partition` ≥ 0, `offset` ≥ 0 (a Kafka long; exact up to 2^53). */
export interface TopicPartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Coordinates of a record's first appearance; written once, the same through every retry. */
export interface Origin extends TopicPartitionOffset {
  /** The record's timestamp at its first appearance, epoch milliseconds. */
  readonly timestampMs: number;
}

/** One header. Order and duplicates of a record's headers are part of its content. */
export interface RecordHeader {
  readonly key: string;
  readonly value: Uint8Array | null;
}

/** The parts of a record that are its content: they pass through every hand-off byte for byte. */
export interface RecordContent {
  /** null: the record has no key. Empty is something else. */
  readonly key: Uint8Array | null;
  /** null: the record has no value (a tombstone). Empty is something else. */
  readonly value: Uint8Array | null;
  readonly headers: readonly RecordHeader[];
}

/** A record as it arrived. */
export interface ConsumedRecord extends RecordContent, TopicPartitionOffset {
  readonly timestampMs: number;
}
