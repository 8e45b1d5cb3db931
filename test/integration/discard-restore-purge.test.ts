import { expect, it } from 'vitest';
import { serviceWithRedrives } from '../support/redrives.ts';

const COUNT = 30;

const started = serviceWithRedrives();

it('dead letters are discarded, restored, discarded again and purged for good: only then the topic has tombstones', async () => {
  const { service, redrives } = started();
  const orders = Array.from({ length: COUNT }, (_, n) => service.order(`ORDER-TEST-FAIL-${n}`));
  await service.produce(...orders);
  const open = await redrives.untilOpen(COUNT);
  const run = async (kind: 'discard' | 'restore' | 'purge') => {
    const job = await redrives.start(kind, {});
    const over = await redrives.untilOver(job);
    expect(over).toMatchObject({ state: 'done', planned: COUNT });
    expect(over.progress).toMatchObject({ sent: COUNT, resolved: COUNT, stale: 0, skipped: {} });
    return over;
  };

  await run('discard');
  expect(await redrives.items('open')).toEqual([]);
  expect(await redrives.items('discarded')).toHaveLength(COUNT);
  await run('restore');
  expect(await redrives.items('open')).toHaveLength(COUNT);
  expect([...(await redrives.tombstones()).values()]).not.toContain(true);
  const discard = await run('discard');
  const purge = await run('purge');

  const purged = await redrives.items('purged');
  const ids = open.map(({ id }) => id).toSorted();
  expect(purged.map(({ id }) => id).toSorted()).toEqual(ids);
  const tombstones = await redrives.tombstones();
  expect(ids.filter((id) => tombstones.get(id) !== true)).toEqual([]);
  expect(purged.filter(({ originalMessage }) => originalMessage !== null)).toEqual([]);
  expect(purged[0]?.history.map(({ what }) => what)).toEqual([
    'failed',
    'discarded',
    'restored',
    'discarded',
    'purge-claimed',
    'purged',
  ]);
  expect(purged[0]?.history.slice(-3).map(({ jobId, by, reason }) => [jobId, by, reason])).toEqual([
    [discard.id, 'local', 'mended'],
    [purge.id, 'local', 'mended'],
    [purge.id, 'local', undefined],
  ]);

  // What is purged cannot be restored, nor redriven.
  for (const kind of ['restore', 'redrive'] as const) {
    const job = await redrives.start(kind, { state: 'purged' });
    expect(job).toMatchObject({ planned: 0, skippedByPlan: { 'wrong-state': COUNT } });
    expect(await redrives.untilOver(job)).toMatchObject({ state: 'done' });
  }
  expect(await redrives.copies()).toEqual([]);
});
