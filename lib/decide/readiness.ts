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
