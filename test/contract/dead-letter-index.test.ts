import { GetItemCommand, PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { hasChange } from '../../lib/decide/written-change.ts';
import { createDeadLetterIndex } from '../../lib/effect/dynamodb/dead-letter-index.ts';
import { AppError, ItemRefusedError } from '../../lib/model/errors.ts';
import type { DeadLetterItem } from '../../lib/model/dead-letter.ts';
import type { SweptItem, SweptPage } from '../../lib/ports/dead-letter-index.ts';
import { filled, indexPlaces } from '../support/dead-letter-indexes.ts';
import { deadLetterItem, idOf } from '../support/dead-letter-items.ts';
import { startSlowDynamoDb } from '../support/slow-dynamodb.ts';
import { loaderOf, NOBODY, ownTable, testClient } from '../support/test-tables.ts';

let client: DynamoDBClient;
beforeAll(() => {
  client = testClient();
});
afterAll(() => client.destroy());

const PLACES = indexPlaces(() => client);

/** What a life leaves in an item. */
const LIVED: Partial<DeadLetterItem> = {
  redriveCount: 2,
  redrive: { id: 'job-2', count: 2, claimedAtMs: 5, staleAtMs: 6, outcome: 'failed' },
  history: [
    { atMs: 1, what: 'failed', by: 'retry-orders', from: null, to: 'open' },
    {
      atMs: 2,
      what: 'discarded',
      by: 'arn:aws:iam::1:user/é',
      from: 'open',
      to: 'discarded',
      jobId: 'job-1',
      reason: 'no "longer"\nneeded',
    },
  ],
  totalAttempts: 9,
  changedAtMs: 1_767_225_610_999,
};

describe.each(PLACES)('an item %s', (_where, start) => {
  it('that was put is there at once, as it was', async () => {
    const index = await start();
    const item = deadLetterItem({ orderId: null, originalMessage: '' });
    expect(await index.get(item.id)).toBeUndefined();
    expect(await index.put(item, 0)).toBe(true);
    expect(await index.get(item.id)).toEqual(item);
  });

  it.each<[string, Partial<DeadLetterItem>]>([
    ['redriven before', LIVED],
    ['being redriven', { state: 'redriving', redrive: { ...LIVED.redrive!, outcome: null } }],
    ['ended', { ...LIVED, state: 'resolved', bytesMissing: true, expiresAtMs: 1_771_113_610_001 }],
    ['purged', { ...LIVED, state: 'purged', originalMessage: null, expiresAtMs: 1 }],
    ['known by its success alone', { group: '', state: 'resolved', history: [] }],
  ])('comes back as it was: %s', async (_what, over) => {
    const item = deadLetterItem(over);
    const index = await filled(start, [item]);
    expect(await index.get(item.id)).toEqual(item);
    expect(await index.getMany([item.id])).toEqual([item]);
  });

  it('is put only on the revision that is stored', async () => {
    const index = await start();
    const item = deadLetterItem();
    expect(await index.put({ ...item, revision: 3 }, 2)).toBe(false);
    expect(await index.put(item, 0)).toBe(true);
    expect(await index.put({ ...item, errorMessage: 'second' }, 0)).toBe(false);
    expect(await index.get(item.id)).toEqual(item);
    const next = { ...item, revision: 2, errorMessage: 'third' };
    expect(await index.put(next, 1)).toBe(true);
    expect(await index.put(next, 1)).toBe(false);
    expect(await index.get(item.id)).toEqual(next);
  });

  it('is won by exactly one of many writers', async () => {
    const index = await start();
    const writers = Array.from({ length: 20 }, (_, writer) =>
      index.put(deadLetterItem({ errorMessage: `writer ${writer}` }), 0),
    );
    const won = await Promise.all(writers);
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await index.get(idOf(1))).toMatchObject({
      errorMessage: `writer ${won.indexOf(true)}`,
    });
  });

  it('that is too large is refused for good', async () => {
    const index = await start();
    const item = deadLetterItem({ errorMessage: 'x'.repeat(410_000) });
    await expect(index.put(item, 0)).rejects.toThrow(ItemRefusedError);
    await expect(index.put(item, 0)).rejects.toThrow(item.id);
  });
});

describe.each(PLACES)('several items %s', (_where, start) => {
  it.each([0, 1, 100])('come together: %i', async (count) => {
    const items = Array.from({ length: count }, (_, at) => deadLetterItem({ id: idOf(at) }));
    const index = await filled(start, items);
    const found = await index.getMany(items.map(({ id }) => id));
    const byId = new Map(found.map((item) => [item.id, item]));
    expect(found).toHaveLength(count);
    expect(items.map(({ id }) => byId.get(id))).toEqual(items);
  });

  it('are those that are there', async () => {
    const index = await filled(start, [deadLetterItem({ id: idOf(2) })]);
    const found = await index.getMany([1, 2, 3].map(idOf));
    expect(found.map(({ id }) => id)).toEqual([idOf(2)]);
    expect(await index.getMany([idOf(4)])).toEqual([]);
  });
});

describe.each(PLACES)('the sweep %s', (_where, start) => {
  it('meets every item once, whatever its state, in bounded pages', async () => {
    const states = ['open', 'resolved', 'discarded', 'purged'] as const;
    const items = Array.from({ length: 23 }, (_, at) =>
      deadLetterItem({ id: idOf(at), state: states[at % 4]!, group: `group-${at % 3}` }),
    );
    const index = await filled(start, items);
    const swept: SweptItem[] = [];
    let next: string | null = null;
    do {
      const page: SweptPage = await index.sweep(5, next);
      expect(page.items.length).toBeLessThanOrEqual(5);
      swept.push(...page.items);
      next = page.next;
    } while (next !== null);
    const facts = ({ id, group, arrivedAtMs, errorType, errorMessage }: SweptItem) =>
      `${id} ${group} ${arrivedAtMs} ${errorType} ${errorMessage}`;
    expect(swept.map(facts).toSorted()).toEqual(items.map(facts).toSorted());
  });

  it('of nothing is empty', async () => {
    expect(await (await start()).sweep(5, null)).toEqual({ items: [], next: null });
  });
});

describe('in DynamoDB', () => {
  it('a write whose answer is lost is repeated by the SDK, and then refused: it is there all the same', async () => {
    const table = await ownTable('deadLettersTable');
    const operations: string[] = [];
    await using slow = await startSlowDynamoDb(
      inject('dynamodbEndpoint'),
      async (operation) => operations.push(operation) > 0,
      async (_operation, count) => count > 1,
    );
    const lossy = testClient(slow.endpoint);
    const item = deadLetterItem({ history: LIVED.history! });
    const after = { ...item, revision: 2, state: 'discarded' as const };
    const index = createDeadLetterIndex({ table, load: loaderOf(lossy) });
    await createDeadLetterIndex({ table, load: loaderOf(client) }).put(item, 0);
    expect(await index.put(after, 1)).toBe(false);
    lossy.destroy();
    expect(operations).toEqual(['PutItem', 'PutItem']);
    const found = await createDeadLetterIndex({ table, load: loaderOf(client) }).get(item.id);
    expect(found).toEqual(after);
    expect(found && hasChange(found, after)).toBe(true);
  });

  it('only what has ended tells when it may be forgotten, in seconds', async () => {
    const table = await ownTable('deadLettersTable');
    const index = createDeadLetterIndex({ table, load: loaderOf(client) });
    const expiryOf = async (over: Partial<DeadLetterItem>) => {
      const item = deadLetterItem({ id: idOf(JSON.stringify(over)), ...over });
      await index.put(item, 0);
      const get = new GetItemCommand({ TableName: table, Key: { id: { S: item.id } } });
      return (await client.send(get)).Item?.['expiresAt'];
    };
    expect(await expiryOf({ state: 'resolved', expiresAtMs: 1_771_113_610_001 })).toEqual({
      N: '1771113611',
    });
    expect(await expiryOf({ state: 'purged', expiresAtMs: 1_000 })).toEqual({ N: '1' });
    for (const state of ['open', 'redriving', 'discarded', 'purging'] as const) {
      expect(await expiryOf({ state, expiresAtMs: null })).toBeUndefined();
    }
  });

  it('reads are strongly consistent, one and several', async () => {
    const asked: unknown[] = [];
    const watched = testClient();
    watched.middlewareStack.add(
      (next) => async (args) => {
        const text = JSON.stringify(args.input);
        if (text.includes('Key')) asked.push(text.includes('"ConsistentRead":true'));
        return next(args);
      },
      { step: 'initialize' },
    );
    const table = await ownTable('deadLettersTable');
    const index = createDeadLetterIndex({ table, load: loaderOf(watched) });
    await index.get(idOf(1));
    await index.getMany([idOf(1)]);
    watched.destroy();
    expect(asked).toEqual([true, true]);
  });

  it('what a busy table leaves out of a batch is asked for again, until it never comes', async () => {
    const table = await ownTable('deadLettersTable');
    const load = loaderOf(client);
    const items = Array.from({ length: 40 }, (_, at) => deadLetterItem({ id: idOf(at) }));
    const ids = items.map(({ id }) => id);
    await filled(async () => createDeadLetterIndex({ table, load }), items);

    const half = busyClient(table, (count) => Math.max(1, Math.floor(count / 2)));
    const found = await createDeadLetterIndex({ table, load: loaderOf(half) }).getMany(ids);
    half.destroy();
    expect(found.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());

    const none = busyClient(table, () => 0);
    const never = createDeadLetterIndex({ table, load: loaderOf(none) }).getMany(ids);
    await expect(never).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('too busy'),
    });
    none.destroy();
  });

  it('an item of before dead letters had a life is read and listed, and lives on', async () => {
    const table = await ownTable('deadLettersTable');
    const index = createDeadLetterIndex({ table, load: loaderOf(client) });
    await client.send(new PutItemCommand({ TableName: table, Item: FORMER }));
    const item = await index.get('0123456789abcdef0123456789abcdef');
    expect(item).toMatchObject({
      state: 'open',
      revision: 1,
      group: expect.stringMatching(/^[0-9a-f]{16}$/),
      totalAttempts: 4,
      changedAtMs: 1_767_225_610_000,
      redrive: null,
      history: [],
      expiresAtMs: null,
    });
    expect((await index.list({}, 10, null)).items).toEqual([item]);
    expect(await index.getMany([item!.id])).toEqual([item]);
    const next = { ...item!, ...LIVED, revision: 2 };
    expect(await index.put(next, 1)).toBe(true);
    expect((await index.list({ group: next.group }, 10, null)).items).toEqual([next]);
  });
});

/** Does a part of each batch alone, as a table does that is too busy. */
function busyClient(table: string, takes: (count: number) => number): DynamoDBClient {
  const busy = testClient();
  busy.middlewareStack.add(
    (next) => async (args) => {
      const { RequestItems } = args.input as {
        RequestItems?: Record<string, { Keys: Record<string, unknown>[] }>;
      };
      const { Keys = [] } = RequestItems?.[table] ?? {};
      const taken = takes(Keys.length);
      const left = { [table]: { Keys: Keys.slice(taken) } };
      if (taken === 0) {
        return { response: {}, output: { $metadata: {}, UnprocessedKeys: left } } as never;
      }
      const input = { RequestItems: { [table]: { Keys: Keys.slice(0, taken) } } };
      const answer = await next({ ...args, input });
      const UnprocessedKeys = taken < Keys.length ? left : {};
      return { ...answer, output: { ...answer.output, UnprocessedKeys } };
    },
    { step: 'initialize' },
  );
  return busy;
}

/** As the service wrote it when the index held nothing but open ones. */
const FORMER = {
  id: { S: '0123456789abcdef0123456789abcdef' },
  revision: { N: '1' },
  state: { S: 'open' },
  reason: { S: 'retries-exhausted' },
  orderId: { S: 'ORDER-1' },
  originalMessage: { S: '{"orderId":"ORDER-1"}' },
  originalMessageTruncated: { BOOL: false },
  originalMessageEncoding: { S: 'utf-8' },
  errorMessage: { S: 'Simulated processing failure' },
  errorType: { S: 'ValueError' },
  retryCount: { N: '3' },
  failedAttempts: { N: '4' },
  firstFailureTimestamp: { S: '2026-01-01T00:00:01.000Z' },
  lastFailureTimestamp: { S: '2026-01-01T00:00:08.500Z' },
  originalTopic: { S: 'order-events' },
  originalPartition: { N: '2' },
  originalOffset: { N: '41' },
  consumerGroup: { S: 'order-service-group' },
  bytesMissing: { BOOL: false },
  arrivedAtMs: { N: '1767225610000' },
  redriveCount: { N: '0' },
  envelopeTopic: { S: 'order-events-dlq' },
  envelopePartition: { N: '3' },
  envelopeOffset: { N: '12' },
  listShard: { S: '0' },
  arrival: { S: '0001767225610000#0123456789abcdef0123456789abcdef' },
};

it('a table with another key is no fault of the item: a smaller one is not tried', async () => {
  const index = createDeadLetterIndex({ table: 'orders', load: loaderOf(client) });
  const put = index.put(deadLetterItem({ orderId: null }), 0);
  await expect(put).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringMatching(/table orders does not take .* compare its key schema/),
  });
});

describe('a store that does not answer', () => {
  it('is STORE_UNAVAILABLE, within seconds, for every call', async () => {
    const dead = testClient(NOBODY);
    const index = createDeadLetterIndex({ table: 'dead-letters', load: loaderOf(dead) });
    const code = expect.objectContaining({ code: 'STORE_UNAVAILABLE' });
    await expect(index.get(idOf(1))).rejects.toThrow(AppError);
    await expect(index.get(idOf(1))).rejects.toEqual(code);
    await expect(index.put(deadLetterItem(), 0)).rejects.toEqual(code);
    await expect(index.getMany([idOf(1)])).rejects.toEqual(code);
    await expect(index.list({}, 20, null)).rejects.toEqual(code);
    await expect(index.sweep(20, null)).rejects.toEqual(code);
  });

  it('is one whose table is missing', async () => {
    const index = createDeadLetterIndex({ table: 'no-such-table', load: loaderOf(client) });
    await expect(index.put(deadLetterItem(), 0)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('no-such-table'),
    });
  });
});
