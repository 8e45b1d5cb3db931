import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  HISTORY_ENTRIES_MAX,
  HISTORY_REASON_CHARS_MAX,
  mayHaveForgotten,
  smallerHistory,
  withEntry,
} from '../../../lib/decide/history.ts';
import type { DeadLetterItem, HistoryEntry } from '../../../lib/model/dead-letter.ts';

const entry = (over: Partial<HistoryEntry> = {}): HistoryEntry => ({
  atMs: 1,
  what: 'discarded',
  by: 'ann',
  from: 'open',
  to: 'discarded',
  ...over,
});
const of = (count: number) =>
  Array.from({ length: count }, (_, atMs) => entry({ atMs })).reduce<DeadLetterItem['history']>(
    withEntry,
    [],
  );

it('keeps how it began and the newest, in order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), (count) => {
      const times = of(count).map(({ atMs }) => atMs);
      const all = Array.from({ length: count }, (_, at) => at);
      const kept = all.filter((at) => at === 0 || at > count - HISTORY_ENTRIES_MAX);
      expect(times).toEqual(kept);
      expect(times.length).toBeLessThanOrEqual(HISTORY_ENTRIES_MAX);
    }),
  );
});

it('bounds every text', () => {
  const long = 'x'.repeat(100_000);
  const error = { type: long, message: long };
  const [bounded] = withEntry([], entry({ by: long, reason: long, error }));
  expect(bounded?.reason).toHaveLength(HISTORY_REASON_CHARS_MAX);
  expect(JSON.stringify(bounded).length).toBeLessThan(2_000);
});

it('may have forgotten what is as new as the oldest that it has, once something was pushed out', () => {
  const full = of(HISTORY_ENTRIES_MAX + 5);
  const revision = HISTORY_ENTRIES_MAX + 5;
  const oldest = full[1]!.atMs;
  expect(mayHaveForgotten({ history: full, revision }, oldest)).toBe(true);
  expect(mayHaveForgotten({ history: full, revision }, oldest + 1)).toBe(false);
  // Just full: nothing is gone.
  const whole = { history: of(HISTORY_ENTRIES_MAX), revision: HISTORY_ENTRIES_MAX };
  expect(mayHaveForgotten(whole, 0)).toBe(false);
  const small = { history: smallerHistory(of(20)), revision: 20 };
  expect(mayHaveForgotten(small, 0)).toBe(true);
  expect(mayHaveForgotten({ history: of(1), revision: 1 }, 0)).toBe(false);
});

it('made smaller has the first entry, the newest, and short texts', () => {
  const history = withEntry(of(20), entry({ atMs: 99, reason: 'x'.repeat(400) }));
  const small = smallerHistory(history);
  expect(small.map(({ atMs }) => atMs)).toEqual([0, 17, 18, 19, 99]);
  expect(small.at(-1)?.reason).toHaveLength(100);
});
