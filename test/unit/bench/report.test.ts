import { expect, it } from 'vitest';
import type { Line } from '../../../bench/figure.ts';
import { REASONS } from '../../../bench/reasons.ts';
import {
  figuresTable,
  isReached,
  resultsPage,
  shownNumber,
  withFigures,
} from '../../../bench/report.ts';
import { readResults, type Result } from '../../../bench/results.ts';
import { BENCHMARKS } from '../../../bench/figures.ts';
import { readPage } from '../../support/markdown.ts';

const line = (over: Partial<Line> = {}): Line => ({
  figure: 'A wait',
  unit: 'ms',
  spread: { median: 8.25, low: 3, high: 12.5, samples: 3 },
  atMost: 10,
  ...over,
});
const result = (...lines: readonly Line[]): Result => ({
  name: 'waits',
  method: 'With a watch.',
  surroundings: {
    date: '2026-01-01 00:00',
    commit: 'abc',
    machine: '2 cores',
    versions: 'Node 24',
    loadBefore: 0.5,
  },
  lines,
});

it('shows median, spread and what is to be reached', () => {
  const worse = line({ figure: 'B', spread: { median: 11, low: 11, high: 11, samples: 1 } });
  const early = line({ figure: 'C', unit: 'records', atMost: 0, spread: zero });
  expect(figuresTable([result(line(), worse, early)]).split('\n')).toEqual([
    '| figure | median  | spread   | to reach | reached |',
    '| ------ | ------- | -------- | -------- | ------- |',
    '| A wait | 8.25 ms | 3 – 12.5 | ≤ 10 ms  | yes     |',
    '| B      | 11 ms   |          | ≤ 10 ms  | **no**  |',
    '| C      | none    |          | none     | yes     |',
  ]);
});

const zero = { median: 0, low: 0, high: 0, samples: 3 };

it('knows nothing reached where nothing is to be', () => {
  const { atMost: _, ...open } = line();
  expect(isReached(open)).toBeUndefined();
});

it('may be there to be exceeded', () => {
  const { atMost: _, ...open } = line({ unit: 'records/s', figure: 'D', atLeast: 8 });
  const slow = { ...open, spread: { ...open.spread, median: 7 } };
  expect([isReached(open), isReached(slow)]).toEqual([true, false]);
  expect(figuresTable([result(open)])).toContain('≥ 8 records/s');
});

it.each([
  [0, '0'],
  [0.7134, '0.71'],
  [4.061, '4.06'],
  [35.123, '35.1'],
  [309.6, '310'],
  [1234.5, '1235'],
])('shows %d as %s', (value, text) => {
  expect(shownNumber(value)).toBe(text);
});

it('says of each figure how it was measured, and why it was not reached', () => {
  const missed = line({ atMost: 5 });
  const page = resultsPage([result(missed)], { 'A wait': 'The clock is slow.' });
  expect(page).toContain('With a watch.');
  expect(page).toContain('**A wait** was not reached. The clock is slow.');
  expect(page).toContain('2 cores; Node 24; load average before it 0.5; samples: 3.');
});

it('refuses a README without a place for the table', () => {
  expect(() => withFigures('# A page\n', [])).toThrow('put them where the table goes');
});

it('says beside the table how busy the machine was', () => {
  const page = withFigures(readPage('README.md'), [result(line())]);
  expect(page).toContain('Load average of the machine before each: 0.5 to 0.5;');
});

it('the README’s table and RESULTS.md are what the results give, not what somebody wrote', () => {
  const results = readResults();
  expect(withFigures(readPage('README.md'), results)).toBe(readPage('README.md'));
  expect(resultsPage(results, REASONS)).toBe(readPage('bench/RESULTS.md'));
});

it('every benchmark has been measured as it is described', () => {
  const described = BENCHMARKS.map(({ name, method }) => ({ name, method }));
  expect(readResults().map(({ name, method }) => ({ name, method }))).toEqual(described);
});

it('what is not reached has a reason, and nothing else has', () => {
  const lines = readResults().flatMap((one) => one.lines);
  const missed = lines.filter((one) => isReached(one) === false).map(({ figure }) => figure);
  expect(Object.keys(REASONS).toSorted()).toEqual(missed.toSorted());
});
