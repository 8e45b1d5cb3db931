import { payloadBytesOf, PAYLOAD_BYTES_MAX } from './event.ts';
import type { Lane } from './lane.ts';
import type { EncodedRecord } from './types.ts';

export interface BatchLimits {
  readonly batchSize: number;
  readonly windowMs: number;
  /** Bytes of the event without records. */
  readonly emptyEventBytes: number;
}

export interface BatchPlan {
  /** Number of records to take from the head of each lane. */
  readonly counts: ReadonlyMap<Lane, number>;
  readonly size: number;
  /** Batch size or payload limit reached: no need to wait for the window. */
  readonly isFull: boolean;
  /** When the oldest record was fetched (monotonic, ms). */
  readonly oldestAtMs: number;
}

/**
 * The largest batch that can be made from the lanes now: round robin, a stretch from each, in offset order, until batch
 * size or payload limit. The payload limit is that of the JSON. Pure; takes nothing. An oversize record (alone over the limit)
 * ends its lane's stretch: the caller deals with it when it is at the head.
 */
export function planBatch(lanes: readonly Lane[], limits: BatchLimits): BatchPlan {
  const counts = new Map<Lane, number>();
  let size = 0;
  let bytes = limits.emptyEventBytes;
  let oldestAtMs = Number.POSITIVE_INFINITY;
  let isFull = false;
  const open = new Set(lanes);
  // Equal shares first, then whatever is left: no lane starves behind a long one.
  const share = Math.max(1, Math.ceil(limits.batchSize / Math.max(1, lanes.length)));
  while (open.size > 0 && !isFull) {
    for (const lane of open) {
      const taken = takeStretch(lane, counts.get(lane) ?? 0, {
        countMax: Math.min(share, limits.batchSize - size),
        bytesMax: PAYLOAD_BYTES_MAX - bytes,
      });
      if (taken.count > 0) {
        counts.set(lane, (counts.get(lane) ?? 0) + taken.count);
        oldestAtMs = Math.min(oldestAtMs, lane.queue[0]?.polledAtMs ?? oldestAtMs);
      }
      size += taken.count;
      bytes += taken.bytes;
      isFull ||= taken.isOverBytes || size >= limits.batchSize;
      if (taken.isAtEnd || isFull) open.delete(lane);
    }
  }
  return { counts, size, isFull, oldestAtMs };
}

/** Takes the planned records out of their lanes. */
export function takePlanned(plan: BatchPlan): EncodedRecord[] {
  const records: EncodedRecord[] = [];
  for (const [lane, count] of plan.counts) {
    for (const record of lane.queue.splice(0, count)) {
      lane.queueBytes -= record.jsonBytes;
      records.push(record);
    }
  }
  return records;
}

/** Whether a record cannot be delivered at all. */
export function isOversize(record: EncodedRecord, emptyEventBytes: number): boolean {
  return emptyEventBytes + payloadBytesOf(record, true) > PAYLOAD_BYTES_MAX;
}

interface Stretch {
  readonly count: number;
  readonly bytes: number;
  readonly isAtEnd: boolean;
  readonly isOverBytes: boolean;
}

function takeStretch(
  lane: Lane,
  from: number,
  { countMax, bytesMax }: { readonly countMax: number; readonly bytesMax: number },
): Stretch {
  let count = 0;
  let bytes = 0;
  while (count < countMax) {
    const record = lane.queue[from + count];
    if (record === undefined) return { count, bytes, isAtEnd: true, isOverBytes: false };
    const added = payloadBytesOf(record, from + count === 0);
    if (bytes + added > bytesMax) return { count, bytes, isAtEnd: true, isOverBytes: true };
    bytes += added;
    count++;
  }
  return { count, bytes, isAtEnd: false, isOverBytes: false };
}
