import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  END_MS,
  LEAD_MS,
  ROUND_MAX_MS,
  showTimes,
  WAIT_MAX_MS,
  type Note,
} from '../../../../demo/picture/timing.ts';

const noteAt = (atMs: number, text = 'text'): Note => ({ line: [{ text }], atMs });

it('keeps the time between lines, after the command has stood there', () => {
  expect(showTimes([noteAt(300), noteAt(1_300), noteAt(2_800)])).toEqual([
    LEAD_MS + 300,
    LEAD_MS + 1_300,
    LEAD_MS + 2_800,
  ]);
});

it('shortens waits', () => {
  const [first = 0, second = 0] = showTimes([noteAt(0), noteAt(60_000)]);
  expect(second - first).toBe(WAIT_MAX_MS);
});

it('deals out what came at once, an empty line with the one before', () => {
  const empty: Note = { line: [], atMs: 0 };
  const scene: Note = { line: [{ text: '1. A scene', style: 'bold' }], atMs: 0 };
  const [first = 0, second = 0, blank, title = 0] = showTimes([noteAt(0), noteAt(0), empty, scene]);
  expect(second - first).toBe(140);
  expect(blank).toBe(second);
  expect(title - second).toBe(1_000);
});

it('never goes back, and a round never takes too long, however long it all took', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(gaps, (waits) => {
      let atMs = 0;
      const times = showTimes(waits.map((wait) => noteAt((atMs += wait))));
      expect(times.toSorted((a, b) => a - b)).toEqual(times);
      expect(times.length).toBe(waits.length);
      expect((times.at(-1) ?? 0) + END_MS).toBeLessThanOrEqual(ROUND_MAX_MS);
    }),
  );
});

it('of nothing: nothing', () => {
  expect(showTimes([])).toEqual([]);
});
