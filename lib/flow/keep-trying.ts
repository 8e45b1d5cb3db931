import { backoffMs } from '../decide/tiers.ts';
import type { Clock } from '../ports/clock.ts';

/** Waits between tries: they double up to the longest. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/** The time is over before it worked. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
}

export interface Patience {
  readonly clock: Clock;
  /** Epoch ms; nothing is tried from then on. */
  readonly deadlineMs: number;
  /** Called after each try that did not work. */
  readonly onFailure: (error: Error) => void;
}

/**
 * The result of `work`, which is tried again, with backoff, until it works.
 * @throws OutOfTimeError at the deadline
 */
export async function keepTrying<T>(
  work: () => Promise<T>,
  { clock, deadlineMs, onFailure }: Patience,
): Promise<T> {
  let cause: unknown;
  for (let tries = 0; clock.nowMs() < deadlineMs; tries++) {
    try {
      return await work();
    } catch (error) {
      // What gave up at the same deadline has said so itself.
      if (error instanceof OutOfTimeError) throw error;
      cause = error;
      onFailure(error as Error);
    }
    const waitMs = backoffMs(tries, FIRST_WAIT_MS, LONGEST_WAIT_MS);
    await clock.sleep(Math.max(0, Math.min(waitMs, deadlineMs - clock.nowMs())));
  }
  throw new OutOfTimeError('The time is over', { cause });
}
