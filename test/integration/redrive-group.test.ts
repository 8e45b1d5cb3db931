import { expect, it } from 'vitest';
import type { DeadLetterItem } from '../../lib/model/dead-letter.ts';
import { serviceWithRedrives } from '../support/redrives.ts';
import type { Place } from '../support/service.ts';
import { until } from '../support/until.ts';

const HEALING = 200;
const FAILING = 200;
const UNDECODABLE = 100;

const started = serviceWithRedrives();

it('500 failing orders of three causes: the group whose cause is fixed is redriven and resolved, the others are untouched', async () => {
  const { service, redrives } = started();
  const orders = (count: number, prefix: string) =>
    Array.from({ length: count }, (_, number) => service.order(`${prefix}-${number}`));
  const strange = Array.from({ length: UNDECODABLE }, (_, number) => ({
    key: Buffer.from(`strange-${number}`),
    value: Buffer.from(`no order ${number}`),
  }));
  const failing = orders(FAILING, 'ORDER-TEST-FAIL');
  await service.produce(...orders(HEALING, 'ORDER-TEST-HEALS-1'), ...failing, ...strange);
  const open = await redrives.untilOpen(HEALING + FAILING + UNDECODABLE);
  const groups = Map.groupBy(open, ({ group }) => group);
  expect([...groups.values()].map((items) => items.length).toSorted((a, b) => a - b)).toEqual([
    100, 200, 200,
  ]);

  const healing = open.filter(({ orderId }) => orderId?.startsWith('ORDER-TEST-HEALS') === true);
  const others = open.filter((item) => !healing.includes(item));
  const group = healing[0]?.group ?? '';
  const job = await redrives.start('redrive', { group });
  expect(job).toMatchObject({ planned: HEALING, groups: [{ group, count: HEALING }] });
  const over = await redrives.untilOver(job);

  expect(over).toMatchObject({
    state: 'done',
    progress: { sent: HEALING, resolved: HEALING, failedAgain: 0, stale: 0, skipped: {} },
  });
  const resolved = await redrives.items('resolved');
  const ids = new Set(healing.map(({ id }) => id));
  expect(new Set(resolved.map(({ id }) => id))).toEqual(ids);
  const tombstones = await redrives.tombstones();
  expect(healing.filter(({ id }) => tombstones.get(id) !== true)).toEqual([]);
  expect(others.filter(({ id }) => tombstones.get(id) !== false)).toEqual([]);
  // By their own words: nobody has touched them.
  const left = new Map((await redrives.items('open')).map((item) => [item.id, item]));
  expect(others.filter((item) => left.get(item.id)?.revision !== item.revision)).toEqual([]);
  const copies = await redrives.copies();
  expect(copies.map(({ id }) => id).toSorted()).toEqual([...ids].toSorted());
  for (const { orderId } of healing) {
    expect(await service.storedOrder(orderId ?? '')).toBeDefined();
  }
  const [one] = resolved;
  expect(one?.history.map(({ what }) => what)).toEqual(['failed', 'claimed', 'resolved']);
  expect(service.linesOf(`Dead letter ${one?.id}: open → redriving`)[0]).toMatchObject({
    level: 'INFO',
    jobId: job.id,
    by: 'local',
    reason: 'mended',
  });
});

it('records of one key are redriven in the order in which they were written, whichever was a dead letter first', async () => {
  const { service, redrives } = started();
  const order = service.order('ORDER-TEST-HEALS-1-IN-ORDER');
  // The first one is retried before it is given up, the second one is not.
  const [early, late] = await service.produce(order, { key: order.key, value: Buffer.from('-') });
  const itemAt = (items: readonly DeadLetterItem[], place: Place | undefined) =>
    items.find(
      ({ originalPartition, originalOffset }) =>
        originalPartition === place?.partition && originalOffset === place.offset,
    );
  const [first, second] = await until('both in the DLQ', async () => {
    const open = await redrives.items('open');
    const both = [itemAt(open, early), itemAt(open, late)];
    return both.includes(undefined) ? undefined : both;
  });
  expect(first?.arrivedAtMs).toBeGreaterThan(second?.arrivedAtMs ?? Infinity);

  const ids = [second?.id ?? '', first?.id ?? ''];
  const job = await redrives.startIds('redrive', ids, { canary: 2, stopAtFailureRatio: 1 });
  expect(await redrives.untilOver(job)).toMatchObject({
    state: 'done',
    progress: { sent: 2, resolved: 1, failedAgain: 1 },
  });
  const copies = (await redrives.copies()).filter(({ redriveId }) => redriveId === job.id);
  expect(copies.map(({ id }) => id)).toEqual([first?.id, second?.id]);
});
