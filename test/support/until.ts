import { setTimeout as sleep } from 'node:timers/promises';

export interface UntilOptions {
  readonly timeoutMs?: number;
  /** Between an answer and the next question. */
  readonly pollMs?: number;
  /** Added to the error where it does not come. */
  readonly describe?: () => string;
}

const POLL_MS = 50;
/** The runner of test/breaks has less patience: what is broken never comes. */
const TIMEOUT_MS = Number(process.env['TEST_PATIENCE_MS'] ?? 60_000);

/** Asks again and again until the answer is something. @throws Error that says what did not come */
export async function until<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
  { timeoutMs = TIMEOUT_MS, pollMs = POLL_MS, describe }: UntilOptions = {},
): Promise<T> {
  const untilMs = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > untilMs) {
      throw new Error(`${what}: not within ${timeoutMs} ms. ${describe?.() ?? ''}`);
    }
    await sleep(pollMs);
  }
}
