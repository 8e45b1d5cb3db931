import { expect, it } from 'vitest';
import { merged, type Result } from '../../../bench/results.ts';

const result = (name: string, method: string): Result =>
  ({ name, method, surroundings: {}, lines: [] }) as unknown as Result;

it('puts new results in the place of old ones, and drops what is no benchmark any more', () => {
  const old = [result('b', 'old'), result('a', 'old'), result('gone', 'old')];
  const all = merged(old, [result('b', 'new')], ['a', 'b', 'c']);
  expect(all.map(({ name, method }) => [name, method])).toEqual([
    ['a', 'old'],
    ['b', 'new'],
  ]);
});
