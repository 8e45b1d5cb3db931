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
  expect(mayHaveForgotten({ history: of(1), revision: 1 }, 0)).toBe(false);
});

it.each([
  { what: 'an item of a former version that was renewed', entries: 1, revision: 9 },
  { what: 'that was discarded and restored since', entries: 3, revision: 11 },
  { what: 'whose claim was renewed', entries: HISTORY_ENTRIES_MAX - 1, revision: 90 },
])('has forgotten nothing below its bound, whatever the revision is: $what', (given) => {
  const { entries, revision } = given;
  expect(mayHaveForgotten({ history: of(entries), revision }, 0)).toBe(false);
});

it('tells whether it may have forgotten: each time that it has, and only with more changes than it takes', () => {
  const change = fc.constantFrom('written', 'without an entry', 'made smaller');
  const changes = fc.array(change, { maxLength: 60 });
  fc.assert(
    fc.property(changes, fc.integer({ min: 0, max: 60 }), (made, sinceMs) => {
      let history = of(1);
      let revision = 1;
      const all = [0];
      for (const [index, what] of made.entries()) {
        const atMs = index + 1;
        revision += 1;
        if (what === 'without an entry') continue;
        all.push(atMs);
        history = withEntry(history, entry({ atMs }));
        if (what === 'made smaller') history = smallerHistory(history);
      }
      const kept = new Set(history.map(({ atMs }) => atMs));
      const isGone = all.some((atMs) => !kept.has(atMs) && atMs >= sinceMs);
      const says = mayHaveForgotten({ history, revision }, sinceMs);
      const since = all.filter((atMs) => atMs >= sinceMs).length;
      const isRight = says ? since >= HISTORY_ENTRIES_MAX - 1 : !isGone;
      expect([isRight, history.length, revision]).toEqual([true, history.length, revision]);
    }),
  );
});

it('made smaller has the same entries, and short texts', () => {
  const history = withEntry(of(20), entry({ atMs: 99, reason: 'x'.repeat(400) }));
  const small = smallerHistory(history);
  expect(small.map(({ atMs }) => atMs)).toEqual(history.map(({ atMs }) => atMs));
  expect(small.at(-1)?.reason).toHaveLength(100);
});
