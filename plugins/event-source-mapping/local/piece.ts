import type { Behaviour } from './behaviour.ts';
import type { EncodedRecord } from './types.ts';

/** Records that are delivered in one invocation, with what is known of earlier ones. */
export interface Piece {
  readonly records: readonly EncodedRecord[];
  /** Retries that count against the mapping's limit. */
  readonly retries: number;
  /** Invocations that these records were part of. */
  readonly invokeCount: number;
  /** Of the last of them; empty where there was none. */
  readonly requestId: string;
  /** Monotonic clock, milliseconds: not before. */
  readonly notBeforeMs: number;
}

const BACKOFF_FIRST_MS = 100;
const BACKOFF_MAX_MS = 2_000;

/** Wait before a redelivery. AWS documents none; this one keeps a failing function from spinning. */
export function redeliveryDelayMs(invokeCount: number): number {
  return Math.min(BACKOFF_FIRST_MS * 2 ** Math.max(0, invokeCount - 1), BACKOFF_MAX_MS);
}

export function firstPiece(records: readonly EncodedRecord[]): Piece {
  return { records, retries: 0, invokeCount: 0, requestId: '', notBeforeMs: 0 };
}

export interface RetryOptions {
  /** Of the invocation. */
  readonly requestId: string;
  readonly unsettled: readonly EncodedRecord[];
  /** Split in two: declared, and the function failed as a whole. */
  readonly bisect: boolean;
  readonly retriesMax: number;
  readonly behaviour: Pick<Behaviour, 'bisectSpendsRetry' | 'redeliveryDelay'>;
  readonly nowMs: number;
}

export interface RetryDecision {
  /** What to deliver again, in order. */
  readonly pieces: readonly Piece[];
  /** Out of retries. */
  readonly exhausted: readonly EncodedRecord[];
}

/**
 * What comes after an invocation that left records unsettled. A split spends no retry (as with streams; for Kafka AWS
 * is silent, so there is the setting `bisectSpendsRetry`): it ends by itself at one record. Pure, total.
 * https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
 */
export function nextPieces(piece: Piece, options: RetryOptions): RetryDecision {
  const { unsettled, bisect, retriesMax, nowMs, behaviour, requestId } = options;
  if (unsettled.length === 0) return { pieces: [], exhausted: [] };
  const invokeCount = piece.invokeCount + 1;
  const delayMs = behaviour.redeliveryDelay === 'none' ? 0 : redeliveryDelayMs(invokeCount);
  const notBeforeMs = nowMs + delayMs;
  const retries = piece.retries + 1;
  const splits = bisect && unsettled.length > 1;
  if (splits && (behaviour.bisectSpendsRetry === 'no' || retries <= retriesMax)) {
    const middle = Math.ceil(unsettled.length / 2);
    const halves = [unsettled.slice(0, middle), unsettled.slice(middle)];
    return {
      pieces: halves.map((records) => ({
        records,
        retries: behaviour.bisectSpendsRetry === 'no' ? piece.retries : retries,
        invokeCount,
        requestId,
        notBeforeMs,
      })),
      exhausted: [],
    };
  }
  if (retries > retriesMax) return { pieces: [], exhausted: unsettled };
  const again: Piece = { records: unsettled, retries, invokeCount, requestId, notBeforeMs };
  return { pieces: [again], exhausted: [] };
}
