import type { Clock } from '../ports/clock.ts';
import { pause } from './pause.ts';

/** No further try would help: whoever tries passes it on. */
export abstract class HopelessError extends Error {}

/** The time is over before it worked. */
export class OutOfTimeError extends HopelessError {
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
 * @throws OutOfTimeError at the deadline; any HopelessError of the work at once
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
      if (error instanceof HopelessError) throw error;
      cause = error;
      onFailure(error as Error);
    }
    await pause(tries, deadlineMs, clock);
  }
  throw new OutOfTimeError('The time is over', { cause });
}
