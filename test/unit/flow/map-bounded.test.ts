import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { mapBounded } from '../../../lib/flow/map-bounded.ts';

it('gives the results in order, never more than the bound at a time', async () => {
  let running = 0;
  let most = 0;

  const results = await mapBounded([5, 1, 4, 2, 3], 2, async (turns) => {
    most = Math.max(most, ++running);
    for (let turn = 0; turn < turns; turn++) await setImmediate();
    running--;
    return turns * 10;
  });

  expect(results).toEqual([50, 10, 40, 20, 30]);
  expect(most).toBe(2);
});

it('rejects with the first rejection, and starts nothing more', async () => {
  const started: number[] = [];

  const result = mapBounded([1, 2, 3, 4], 1, async (value) => {
    started.push(value);
    if (value === 2) throw new Error('two');
  });

  await expect(result).rejects.toThrow('two');
  expect(started).toEqual([1, 2]);
});

it('that fails waits for those that run: what they do is known then', async () => {
  const ended: number[] = [];

  const result = mapBounded([1, 2, 3, 4], 3, async (value) => {
    if (value === 2) throw new Error('two');
    for (let turn = 0; turn < value; turn++) await setImmediate();
    ended.push(value);
  });

  await expect(result).rejects.toThrow('two');
  expect(ended).toEqual([1, 3]);
});

it('gives nothing for nothing', async () => {
  expect(await mapBounded([], 3, async () => 1)).toEqual([]);
});
