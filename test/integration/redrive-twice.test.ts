import { expect, it } from 'vitest';
import { serviceWithRedrives } from '../support/redrives.ts';

const COUNT = 60;

const started = serviceWithRedrives();

it('two redrives over the same dead letters at once: each has one copy on the redrive topic', async () => {
  const { service, redrives } = started();
  const orders = Array.from({ length: COUNT }, (_, n) => service.order(`ORDER-TEST-HEALS-1-${n}`));
  await service.produce(...orders);
  const open = await redrives.untilOpen(COUNT);
  const settings = { canary: COUNT, ratePerSecond: 50 };
  const jobs = await Promise.all([
    redrives.start('redrive', {}, settings),
    redrives.start('redrive', {}, settings),
    redrives.start('redrive', {}, settings),
  ]);
  expect(jobs.map(({ planned }) => planned)).toEqual([COUNT, COUNT, COUNT]);
  const over = await Promise.all(jobs.map((job) => redrives.untilOver(job)));

  expect(over.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
  const copies = await redrives.copies();
  const ids = open.map(({ id }) => id).toSorted();
  expect(copies.map(({ id }) => id).toSorted()).toEqual(ids);
  const sent = over.map(({ progress }) => progress.sent);
  expect(sent.reduce((sum, count) => sum + count, 0)).toBe(COUNT);
  for (const { id, progress } of over) {
    expect(copies.filter(({ redriveId }) => redriveId === id)).toHaveLength(progress.sent);
    const skipped = Object.values(progress.skipped).reduce((sum, count) => sum + count, 0);
    expect(progress.sent + skipped).toBe(COUNT);
  }
  const resolved = await redrives.items('resolved');
  expect(resolved.map(({ id }) => id).toSorted()).toEqual(ids);
  expect(resolved.filter(({ redriveCount }) => redriveCount !== 1)).toEqual([]);
});
