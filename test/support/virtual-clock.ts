import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../lib/ports/clock.ts';

interface Timer {
  readonly atMs: number;
  wake(): void;
}

export interface VirtualClock extends Clock {
  /** Lets time pass until the promise settles: it jumps to the next sleeper whenever nothing else moves. */
  run<T>(promise: Promise<T>): Promise<T>;
}

/** A clock whose time passes only while `run` waits, and then at once. */
export function createVirtualClock(startMs: number): VirtualClock {
  let nowMs = startMs;
  const timers = new Set<Timer>();
  let runs = 0;

  return {
    nowMs: () => nowMs,
    sleep(delayMs, signal) {
      return new Promise((resolve) => {
        const timer: Timer = {
          atMs: nowMs + delayMs,
          wake: () => {
            timers.delete(timer);
            resolve();
          },
        };
        if (signal?.aborted) return resolve();
        timers.add(timer);
        signal?.addEventListener('abort', () => timer.wake(), { once: true });
      });
    },
    after(delayMs, work) {
      const timer: Timer = {
        atMs: nowMs + delayMs,
        wake: () => {
          timers.delete(timer);
          work();
        },
      };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async run(promise) {
      let settled = false;
      const settle = () => void (settled = true);
      promise.then(settle, settle);
      runs += 1;
      try {
        for (;;) {
          await setImmediate();
          if (settled) return await promise;
          const [next] = [...timers].toSorted((a, b) => a.atMs - b.atMs);
          // A run within a run: either of them may wait for what the other one does.
          if (next === undefined && runs > 1) continue;
          if (next === undefined) throw new Error('Nothing left to wait for, and not done');
          nowMs = Math.max(nowMs, next.atMs);
          next.wake();
        }
      } finally {
        runs -= 1;
      }
    },
  };
}
