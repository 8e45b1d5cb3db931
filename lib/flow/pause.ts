import { backoffMs } from '../decide/tiers.ts';
import type { Clock } from '../ports/clock.ts';

/** Waits between tries: they double up to the longest. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/**
 * The wait before something that did not answer is asked again. Never rejects.
 * @param tries made before this one, from 0
 * @param untilMs epoch ms; it does not wait longer
 */
export function pause(tries: number, untilMs: number, clock: Clock): Promise<void> {
  const waitMs = backoffMs(tries, FIRST_WAIT_MS, LONGEST_WAIT_MS);
  return clock.sleep(Math.max(0, Math.min(waitMs, untilMs - clock.nowMs())));
}

/** Waits for the work, but not longer than until then (epoch ms): what hangs must not hold up the answer. Rejects as the work does. */
export async function waitAtMost(
  work: Promise<unknown>,
  untilMs: number,
  clock: Clock,
): Promise<void> {
  const timer = new AbortController();
  const timeIsUp = clock.sleep(Math.max(0, untilMs - clock.nowMs()), timer.signal);
  await Promise.race([work, timeIsUp]).finally(() => timer.abort());
}
