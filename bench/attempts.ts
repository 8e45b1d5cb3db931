import type { FunctionLine } from '../test/support/service.ts';

/** A failed attempt, as the functions' log tells it. */
export interface FailedAttempt {
  readonly orderId: string;
  readonly attempt: number;
  readonly failedAtMs: number;
  /** Wait until the next attempt, jitter included; undefined where it was the last. */
  readonly delayMs: number | undefined;
}

/** A retry and how far from its due time it was. */
export interface Retry {
  readonly orderId: string;
  /** 1 for the first tier. */
  readonly tier: number;
  /** From its own due time, jitter included: below 0 it was early. */
  readonly afterDueMs: number;
  /** From the latest due time that jitter allows. */
  readonly latenessMs: number;
}

/** Lines of metrics have no message. Pure. */
export function failedAttempts(lines: readonly FunctionLine[]): readonly FailedAttempt[] {
  return lines.flatMap(({ message, orderId, attempt, failedAtMs, delayMs }) =>
    /^(Will retry|Max retries) /.test(String(message))
      ? [
          {
            orderId: String(orderId),
            attempt: Number(attempt),
            failedAtMs: Number(failedAtMs),
            delayMs: delayMs === undefined ? undefined : Number(delayMs),
          },
        ]
      : [],
  );
}

/**
 * The retries between failed attempts. An attempt of a simulated failure ends where it starts, so the time of its
 * failure counts as its start. Pure.
 *
 * @param delaysMs of the tiers, without jitter
 */
export function retriesOf(
  attempts: readonly FailedAttempt[],
  delaysMs: readonly number[],
  jitter: number,
): readonly Retry[] {
  const byPlace = new Map(attempts.map((one) => [`${one.orderId}/${one.attempt}`, one]));
  return attempts.flatMap(({ orderId, attempt, failedAtMs, delayMs }) => {
    const next = byPlace.get(`${orderId}/${attempt + 1}`);
    const bareMs = delaysMs[attempt - 1];
    if (next === undefined || delayMs === undefined || bareMs === undefined) return [];
    const waitedMs = next.failedAtMs - failedAtMs;
    return [
      {
        orderId,
        tier: attempt,
        afterDueMs: waitedMs - delayMs,
        latenessMs: waitedMs - bareMs * (1 + jitter),
      },
    ];
  });
}
