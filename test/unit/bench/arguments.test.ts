import { expect, it } from 'vitest';
import { benchArguments } from '../../../bench/arguments.ts';

const known = ['overhead', 'retries', 'memory'];

it('runs all of them where none is named', () => {
  expect(benchArguments(['--write'], known)).toEqual({ names: known, write: true });
});

it('runs those that are named, in their own order', () => {
  const wanted = { names: ['overhead', 'memory'], write: false };
  expect(benchArguments(['memory', 'overhead'], known)).toEqual(wanted);
});

it('names what it does not know', () => {
  expect(() => benchArguments(['memry'], known)).toThrow(
    'There is no benchmark "memry": write overhead, retries, memory, --write, or --render alone',
  );
});

it('measures nothing where the pages are only to be written again', () => {
  expect(benchArguments(['--render'], known)).toEqual({ names: [], write: true });
});
