import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, expect, it } from 'vitest';
import { discard } from '../../lib/decide/life.ts';
import { startReindexStack, type ReindexStack } from '../support/reindex-stack.ts';

/** What items did not have when the service knew neither groups nor redrives. */
const LATER = [
  'group',
  'groupShard',
  'totalAttempts',
  'changedAtMs',
  'redrive',
  'history',
  'expiresAtMs',
];

let stack: ReindexStack;
beforeEach(async () => {
  stack = await startReindexStack();
  return () => stack.close();
});

/** Writes the item as the former version wrote it. */
async function asItWas(id: string): Promise<void> {
  const TableName = stack.place.table;
  const { Item = {} } = await stack.client.send(
    new GetItemCommand({ TableName, Key: { id: { S: id } } }),
  );
  const former = Object.fromEntries(Object.entries(Item).filter(([name]) => !LATER.includes(name)));
  await stack.client.send(new PutItemCommand({ TableName, Item: former }));
}

it('what a version without groups wrote is found by its group and counted, once a reindex ran', async () => {
  await stack.failAll(6);
  const ids = Array.from({ length: 6 }, (_, order) => stack.failure(order).id);
  const items = await Promise.all(ids.map((id) => stack.index.get(id)));
  const groups = (await stack.groups.list(10, null)).groups;
  // All but one, which somebody discards before the reindex, and one that the present version wrote.
  const former = ids.slice(0, 5);
  for (const id of former) await asItWas(id);
  for (const { group } of groups) await stack.loseGroup(group);
  const discarded = (await stack.index.get(ids[4]!))!;
  const change = { atMs: Date.now(), by: 'alice', jobId: 'job-1', reason: 'known' };
  await stack.index.put(discard(discarded, change)!, discarded.revision);
  const [groupOfFirst] = items.map((item) => item?.group ?? '');
  expect((await stack.index.list({ group: groupOfFirst! }, 10, null)).items).toEqual([]);

  expect(await stack.reindexOverHttp()).toMatchObject({ renewed: 4, opened: 0, left: 0 });

  for (const item of items.slice(0, 4)) {
    expect(await stack.index.get(item!.id)).toEqual({
      ...item,
      revision: item!.revision + 1,
      changedAtMs: item!.arrivedAtMs,
      history: [{ ...item!.history[0], atMs: item!.arrivedAtMs, invocation: 'request-1' }],
    });
    const { items: listed } = await stack.index.list({ group: item!.group }, 10, null);
    expect(listed.map(({ id }) => id)).toContain(item!.id);
  }
  const after = (await stack.groups.list(10, null)).groups;
  const open = after.filter(({ counts }) => counts.open > 0);
  // As the writer would have named them: with the place where they failed.
  const said = (all: typeof groups) =>
    Object.fromEntries(all.map(({ group, title, counts }) => [group, `${title}: ${counts.open}`]));
  const isB = (title: string) => title.includes('ErrorB');
  expect(said(open)).toEqual(
    said(
      groups.map((row) => (isB(row.title) ? { ...row, counts: { ...row.counts, open: 1 } } : row)),
    ),
  );
  const discards = after.reduce((sum, { counts }) => sum + counts.discarded, 0);
  expect(discards).toBe(1);

  const again = await stack.reindexOverHttp();
  expect(again).toMatchObject({ renewed: 0, opened: 0, resolved: 0, erased: 0, left: 0 });
});

it('a dead letter of a former version whose envelope is gone has its group by its words alone', async () => {
  await stack.failAll(1);
  const { id } = stack.failure(0);
  await asItWas(id);
  const [row] = (await stack.groups.list(10, null)).groups;
  await stack.loseGroup(row!.group);
  const item = (await stack.index.get(id))!;
  // Its pointer leads nowhere.
  const TableName = stack.place.table;
  const { Item = {} } = await stack.client.send(
    new GetItemCommand({ TableName, Key: { id: { S: id } } }),
  );
  const moved = { ...Item, envelopeOffset: { N: '1000' } };
  await stack.client.send(new PutItemCommand({ TableName, Item: moved }));

  expect(await stack.reindexOverHttp()).toMatchObject({ renewed: 1, opened: 0 });

  const now = await stack.index.get(id);
  expect(now).toMatchObject({ group: item.group, history: [{ what: 'failed', by: 'unknown' }] });
  expect((await stack.groups.list(10, null)).groups).toMatchObject([
    { group: item.group, title: 'ErrorA: no', counts: { open: 1 }, example: id },
  ]);
});
