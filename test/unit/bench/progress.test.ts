import { expect, it } from 'vitest';
import { ratesOf } from '../../../bench/progress.ts';

it('gives the rate of each stretch, from look to look', () => {
  const looks = [
    { atMs: 1_000, count: 100 },
    { atMs: 2_000, count: 200 },
    { atMs: 2_500, count: 300 },
    { atMs: 4_500, count: 500 },
  ];
  expect(ratesOf(looks, 2)).toEqual([200 / 1.5, 100]);
});

it('takes the first look at or after the end of a stretch', () => {
  const looks = [
    { atMs: 0, count: 0 },
    { atMs: 1_000, count: 60 },
    { atMs: 2_000, count: 100 },
  ];
  expect(ratesOf(looks, 2)).toEqual([60, 40]);
});

it('refuses what was looked at too seldom', () => {
  expect(() => ratesOf([], 2)).toThrow('nobody looked');
  expect(() => ratesOf([{ atMs: 0, count: 0 }], 1)).toThrow('looked too seldom');
});
