import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  CATCH_UP_MS,
  chunkSize,
  CHUNK_MAX,
  dueAtMs,
  keepPace,
  lastTryMs,
  leavingOut,
  sliceEndMs,
} from '../../../lib/decide/job-pace.ts';

it.each([
  { rate: 1, size: 1 },
  { rate: 9, size: 1 },
  { rate: 50, size: 10 },
  { rate: 500, size: 100 },
  { rate: 1_000, size: 200 },
])('$rate a second go in chunks of $size', ({ rate, size }) => {
  expect(chunkSize(null, 0, rate, 1_000)).toBe(size);
  expect(chunkSize({ atMs: 1_000, position: 7 }, 7, rate, 1_000)).toBe(size);
});

it.each([
  { lateMs: 200, rate: 500, size: 100 },
  { lateMs: 300, rate: 500, size: 150 },
  { lateMs: 60_000, rate: 500, size: CHUNK_MAX },
  { lateMs: 60_000, rate: 50, size: 50 },
  { lateMs: 400, rate: 3, size: 1 },
])('what is $lateMs ms late at $rate/s goes at once: $size', ({ lateMs, rate, size }) => {
  expect(chunkSize({ atMs: 1_000, position: 7 }, 7, rate, 1_000 + lateMs)).toBe(size);
});

it.each([
  { position: 100, rate: 50, atMs: 1_000 },
  { position: 101, rate: 50, atMs: 1_020 },
  { position: 150, rate: 50, atMs: 2_000 },
  { position: 101, rate: 3, atMs: 1_334 },
])('$position is due at $atMs with $rate a second from 100 on', ({ position, rate, atMs }) => {
  expect(dueAtMs({ atMs: 1_000, position: 100 }, position, rate)).toBe(atMs);
});

it('a short pause is caught up with, a long one is lost but for a second', () => {
  const pace = { atMs: 1_000, position: 0 };
  expect(keepPace(null, 7, 50, 5_000)).toEqual({ atMs: 5_000, position: 7 });
  expect(keepPace(pace, 50, 50, 2_000 + CATCH_UP_MS)).toBe(pace);
  expect(keepPace(pace, 50, 50, 60_000)).toEqual({ atMs: 60_000 - CATCH_UP_MS, position: 50 });
});

it.each([
  { leftMs: 840_000, worksMs: 20_000 },
  { leftMs: 10_000, worksMs: 6_000 },
  { leftMs: 4_000, worksMs: 2_000 },
])('with $leftMs ms left a slice works for $worksMs ms', ({ leftMs, worksMs }) => {
  expect(sliceEndMs(1_000, 1_000 + leftMs)).toBe(1_000 + worksMs);
});

it.each([
  { leftMs: 840_000, triesMs: 839_500 },
  { leftMs: 4_000, triesMs: 3_500 },
  { leftMs: 1_000, triesMs: 750 },
])('with $leftMs ms left it tries for $triesMs ms', ({ leftMs, triesMs }) => {
  expect(lastTryMs(1_000, 1_000 + leftMs)).toBe(1_000 + triesMs);
});

it('what is left out takes no time', () => {
  const pace = leavingOut({ atMs: 1_000, position: 100 }, 5);
  expect(dueAtMs(pace, 105, 50)).toBe(1_000);
});

it('is never faster than asked: in no stretch are more sent than its time allows, and a second’s worth', () => {
  const pauses = fc.array(fc.nat(3_000), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), pauses, (rate, pausesMs) => {
      let nowMs = 10_000;
      let position = 0;
      let pace = keepPace(null, 0, rate, nowMs);
      const sent: { readonly atMs: number; readonly count: number }[] = [];
      for (const pauseMs of pausesMs) {
        // What claiming and publishing took.
        nowMs += pauseMs % 7 === 0 ? pauseMs : pauseMs % 300;
        const size = chunkSize(pace, position, rate, nowMs);
        pace = keepPace(pace, position, rate, nowMs);
        nowMs = Math.max(nowMs, dueAtMs(pace, position + size - 1, rate));
        sent.push({ atMs: nowMs, count: size });
        position += size;
      }
      for (const [from, first] of sent.entries()) {
        let count = 0;
        for (const one of sent.slice(from)) {
          count += one.count;
          const seconds = (one.atMs - first.atMs + CATCH_UP_MS) / 1_000;
          expect(count).toBeLessThanOrEqual(rate * seconds + 1 + CHUNK_MAX);
        }
      }
    }),
  );
});

it('holds its rate exactly where nothing is in the way', () => {
  const pace = keepPace(null, 0, 500, 1_000);
  const last = dueAtMs(pace, 9_999, 500);
  expect(last - 1_000).toBe(19_998);
});
