import type { Clock } from '../ports/clock.ts';

/** The longest delay that setTimeout takes; it fires at once for more. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** The machine's clock. `sleep` never resolves early unless its signal aborts; `after` never calls early. */
export const systemClock: Clock = { nowMs: () => Date.now(), sleep, after };

async function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  const until = performance.now() + delayMs;
  // A timer may fire up to a millisecond early: look again.
  for (;;) {
    const leftMs = until - performance.now();
    if (leftMs <= 0 || signal?.aborted === true) return;
    await timer(Math.min(Math.ceil(leftMs), TIMER_MS_MAX), signal);
  }
}

function timer(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timeout);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timeout = setTimeout(end, delayMs);
    signal?.addEventListener('abort', end, { once: true });
  });
}

function after(delayMs: number, work: () => void): () => void {
  const until = performance.now() + delayMs;
  const wake = (): void => {
    const leftMs = until - performance.now();
    if (leftMs <= 0) work();
    else timeout = setTimeout(wake, Math.min(Math.ceil(leftMs), TIMER_MS_MAX));
  };
  let timeout = setTimeout(wake, Math.min(Math.ceil(delayMs), TIMER_MS_MAX));
  return () => clearTimeout(timeout);
}
