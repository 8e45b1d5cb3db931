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

/** Epoch ms at which attempts started, by `ORDER/ATTEMPT`, as the business tells it. Pure. */
export function attemptStarts(lines: readonly FunctionLine[]): ReadonlyMap<string, number> {
  const starts = lines.filter(({ message }) => message === 'attempt starts');
  return new Map(
    starts.map(({ orderId, attempt, startedAtMs }) => [
      `${String(orderId)}/${Number(attempt)}`,
      Number(startedAtMs),
    ]),
  );
}

/**
 * The retries that started: from the failure of an attempt to the start of the next. Pure.
 *
 * @param delaysMs of the tiers, without jitter
 */
export function retriesOf(
  lines: readonly FunctionLine[],
  delaysMs: readonly number[],
  jitter: number,
): readonly Retry[] {
  const starts = attemptStarts(lines);
  return failedAttempts(lines).flatMap(({ orderId, attempt, failedAtMs, delayMs }) => {
    const startedAtMs = starts.get(`${orderId}/${attempt + 1}`);
    const bareMs = delaysMs[attempt - 1];
    if (startedAtMs === undefined || delayMs === undefined || bareMs === undefined) return [];
    const waitedMs = startedAtMs - failedAtMs;
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
