import { isOversize, planBatch, takePlanned, type BatchLimits } from './batch.ts';
import type { Lane } from './lane.ts';
import { firstPiece, type Piece } from './piece.ts';
import type { EncodedRecord } from './types.ts';

/** The mapping's assigned partitions, and which of them an invocation is under way for. */
export interface Schedule {
  /** Id of the topic that all lanes are of: another one by that name has other records at the same offsets. */
  topicId: string;
  readonly lanes: Map<number, Lane>;
  readonly busy: Set<number>;
  /** Start of the batching window (monotonic ms); no window starts before its first record is there. */
  windowFromMs: number;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html */
export interface ScheduleLimits extends BatchLimits {
  /** In provisioned mode the next window starts when a batch is complete, on demand when its invocation is. */
  readonly mode: 'provisioned' | 'on-demand';
}

export type NextStep =
  /** Deliver these records now; `piece` stands in their lanes, its partitions are marked busy. */
  | { readonly kind: 'invoke'; readonly piece: Piece; readonly records: readonly EncodedRecord[] }
  /** Taken out of its lane's queue into `piece`: it fits into no invocation. */
  | { readonly kind: 'oversize'; readonly piece: Piece; readonly records: readonly EncodedRecord[] }
  /** Nothing to do before then (monotonic ms; Infinity: before something arrives). */
  | { readonly kind: 'wait'; readonly untilMs: number };

/**
 * What to do next: redeliveries that are due go before new records; a partition with anything unsettled takes no new
 * ones; no partition is part of two invocations at a time. Changes the schedule accordingly.
 */
export function nextStep(schedule: Schedule, limits: ScheduleLimits, nowMs: number): NextStep {
  let untilMs = Number.POSITIVE_INFINITY;
  for (const lane of schedule.lanes.values()) {
    const [piece] = lane.pieces;
    if (piece === undefined || !isRunnable(schedule, piece)) continue;
    if (piece.notBeforeMs > nowMs) untilMs = Math.min(untilMs, piece.notBeforeMs);
    else return invoke(schedule, piece);
  }
  const open = [...schedule.lanes.values()].filter(
    (lane) => lane.pieces.length === 0 && !schedule.busy.has(lane.partition),
  );
  const oversize = open.find(
    ({ queue: [head] }) => head !== undefined && isOversize(head, limits.emptyEventBytes),
  );
  if (oversize !== undefined) return takeOversize(schedule, oversize);
  const plan = planBatch(open, limits);
  if (plan.size === 0) return { kind: 'wait', untilMs };
  const closesAtMs = Math.max(plan.oldestAtMs, schedule.windowFromMs) + limits.windowMs;
  if (!plan.isFull && closesAtMs > nowMs) {
    return { kind: 'wait', untilMs: Math.min(untilMs, closesAtMs) };
  }
  const piece = firstPiece(takePlanned(plan));
  for (const lane of plan.counts.keys()) lane.pieces.push(piece);
  schedule.windowFromMs = nowMs;
  return invoke(schedule, piece);
}

/** Ends an invocation: its partitions are free again, and in its lanes `pieces` stand in the place of `step.piece`. */
export function endStep(
  schedule: Schedule,
  { piece, records }: { readonly piece: Piece; readonly records: readonly EncodedRecord[] },
  pieces: readonly Piece[],
): void {
  for (const partition of partitionsOf(records)) schedule.busy.delete(partition);
  for (const lane of schedule.lanes.values()) {
    const at = lane.pieces.indexOf(piece);
    if (at === -1) continue;
    const mine = pieces.filter(({ records }) =>
      records.some(({ partition }) => partition === lane.partition),
    );
    lane.pieces.splice(at, 1, ...mine);
  }
}

/** The piece's records whose partition is still ours, without a break since they were taken. */
function liveRecords(schedule: Schedule, piece: Piece): readonly EncodedRecord[] {
  return piece.records.filter(
    ({ partition }) => schedule.lanes.get(partition)?.pieces.includes(piece) ?? false,
  );
}

function isRunnable(schedule: Schedule, piece: Piece): boolean {
  return [...partitionsOf(liveRecords(schedule, piece))].every(
    (partition) =>
      !schedule.busy.has(partition) && schedule.lanes.get(partition)?.pieces[0] === piece,
  );
}

function invoke(schedule: Schedule, piece: Piece): NextStep {
  const records = liveRecords(schedule, piece);
  for (const partition of partitionsOf(records)) schedule.busy.add(partition);
  return { kind: 'invoke', piece, records };
}

function takeOversize(schedule: Schedule, lane: Lane): NextStep {
  const records = lane.queue.splice(0, 1);
  for (const record of records) lane.queueBytes -= record.jsonBytes;
  const piece = firstPiece(records);
  lane.pieces.push(piece);
  schedule.busy.add(lane.partition);
  return { kind: 'oversize', piece, records };
}

function partitionsOf(records: readonly EncodedRecord[]): Set<number> {
  return new Set(records.map(({ partition }) => partition));
}
