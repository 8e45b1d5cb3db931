import type { RetryPolicy } from '../model/retry.ts';

/** A record that waits for its turn. */
export interface Waiting {
  /** Epoch ms before which it must not start; undefined: at once. */
  readonly notBeforeMs: number | undefined;
}

export interface Readiness<T> {
  /** To be started now, in the order given. */
  readonly start: readonly T[];
  readonly rest: readonly T[];
  /** Epoch ms of the next one that falls due and could still be started; undefined: nothing to wait for. */
  readonly lookAgainAtMs: number | undefined;
}

/**
 * Which of the records that wait for nothing but time may start now. Nothing due waits behind what is not due, and
 * nothing starts early, nor so late that it could not end before the invocation has to answer. Pure, total.
 *
 * @param waiting first to be started first: ascending offsets, at most one record of each key
 * @param free how many may start, ≥ 0
 * @param latestStartMs epoch ms; a record is not started after it
 */
export function whenDue<T extends Waiting>(
  waiting: readonly T[],
  free: number,
  nowMs: number,
  latestStartMs: number,
): Readiness<T> {
  if (nowMs > latestStartMs) return { start: [], rest: waiting, lookAgainAtMs: undefined };
  const start: T[] = [];
  const rest: T[] = [];
  let lookAgainAtMs: number | undefined;
  for (const record of waiting) {
    const dueAtMs = record.notBeforeMs ?? 0;
    if (dueAtMs <= nowMs && start.length < free) {
      start.push(record);
      continue;
    }
    rest.push(record);
    if (dueAtMs > nowMs && dueAtMs <= latestStartMs) {
      lookAgainAtMs = Math.min(lookAgainAtMs ?? dueAtMs, dueAtMs);
    }
  }
  return { start, rest, lookAgainAtMs };
}

/** Timers wake late: a record that is due at the very last instant would never be started. */
const WAKE_MS = 1_000;

/**
 * When a record that was read at `nowMs` may start. It was written before, and no wait is longer than its delay doubled
 * (jitter is at most 1), so what claims to be due later was written by a clock that is fast, or its state was changed:
 * waiting for that would hold up its partition for ever. It starts when the longest wait is over, or at the last moment
 * that this invocation has. Every other due time is kept. Pure, total.
 *
 * @param latestStartMs epoch ms; what is due after it comes again
 */
export function plausibleDueMs(
  notBeforeMs: number,
  policy: RetryPolicy,
  nowMs: number,
  latestStartMs: number,
): number {
  const longestDelayMs = Math.max(0, ...policy.tiers.map(({ delayMs }) => delayMs));
  const latestDueMs = nowMs + 2 * longestDelayMs;
  if (notBeforeMs <= latestDueMs) return notBeforeMs;
  return Math.min(latestDueMs, latestStartMs - WAKE_MS);
}
