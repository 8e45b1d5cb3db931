import type { Piece } from './piece.ts';
import type { EncodedRecord } from './types.ts';

/** What the poller knows of one assigned partition. Offsets are those of this partition. */
export interface Lane {
  readonly partition: number;
  /** Next offset to ask the broker for: one past everything that was fetched. */
  fetchOffset: number;
  /** Fetched, not yet delivered to the function; ascending. */
  readonly queue: EncodedRecord[];
  queueBytes: number;
  /** Delivered and not wholly settled, oldest first. Newer records wait until it is empty. */
  pieces: Piece[];
  /** What the group's coordinator has acknowledged; −1 = nothing yet. */
  committedOffset: number;
  /** End of the partition as the broker last said it: one past its last record. */
  endOffset: number;
}

/** @param committedOffset −1 where the group has none */
export function createLane(partition: number, fetchOffset: number, committedOffset: number): Lane {
  return {
    partition,
    fetchOffset,
    queue: [],
    queueBytes: 0,
    pieces: [],
    committedOffset,
    endOffset: fetchOffset,
  };
}

/** Takes in what was fetched from `lane.fetchOffset` on. `nextOffset`: one past the last offset looked at. */
export function appendFetched(
  lane: Lane,
  records: readonly EncodedRecord[],
  nextOffset: number,
): void {
  for (const record of records) {
    lane.queue.push(record);
    lane.queueBytes += record.jsonBytes;
  }
  lane.fetchOffset = Math.max(lane.fetchOffset, nextOffset);
}

/** The offset that may be committed: that of the first record which is not settled. */
export function committableOffset(lane: Lane): number {
  const offsets = lane.pieces.flatMap((piece) =>
    piece.records
      .filter((record) => record.partition === lane.partition)
      .map(({ offset }) => offset),
  );
  const [head] = lane.queue;
  if (head !== undefined) offsets.push(head.offset);
  return offsets.reduce((lowest, offset) => Math.min(lowest, offset), lane.fetchOffset);
}

/** Records of the partition that are not settled yet, as far as is known: CloudWatch's OffsetLag. */
export function lagOf(lane: Lane): number {
  return Math.max(0, lane.endOffset - committableOffset(lane));
}
