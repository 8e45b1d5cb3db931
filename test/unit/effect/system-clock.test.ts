import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../lib/effect/system-clock.ts';

describe('systemClock', () => {
  test('never wakes early', async () => {
    for (const delayMs of [0, 1, 1.3, 7, 20]) {
      const startedAt = performance.now();
      await systemClock.sleep(delayMs);
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(delayMs);
    }
  });

  test('wakes when the signal aborts, or has aborted', async () => {
    const startedAt = performance.now();
    const abort = new AbortController();
    const sleeping = systemClock.sleep(60_000, abort.signal);
    abort.abort();
    await sleeping;
    await systemClock.sleep(60_000, abort.signal);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  test('sleeps longer than a timer can', async () => {
    const abort = new AbortController();
    let awake = false;
    const sleeping = systemClock.sleep(2 ** 32, abort.signal).then(() => (awake = true));
    await systemClock.sleep(20);
    expect(awake).toBe(false);
    abort.abort();
    await sleeping;
  });

  test('calls after a delay, once and never early', async () => {
    for (const delayMs of [0, 1, 1.3, 7, 20]) {
      const startedAt = performance.now();
      let calls = 0;
      await new Promise<void>((resolve) => {
        systemClock.after(delayMs, () => {
          calls++;
          resolve();
        });
      });
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(delayMs);
      await systemClock.sleep(5);
      expect(calls).toBe(1);
    }
  });

  test('calls nothing that was called off, and a long delay is no short one', async () => {
    const called: string[] = [];
    const callOff = [5, 2 ** 32].map((delayMs) =>
      systemClock.after(delayMs, () => called.push(String(delayMs))),
    );
    callOff[0]?.();
    await systemClock.sleep(20);
    expect(called).toEqual([]);
    callOff[1]?.();
  });

  test('tells the time of day', () => {
    expect(Math.abs(systemClock.nowMs() - Date.now())).toBeLessThan(1_000);
  });
});
