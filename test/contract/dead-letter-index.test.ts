import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { tableInputs } from '../../infra/tables.ts';
import { parseConfig } from '../../lib/config.ts';
import { createDeadLetterIndex } from '../../lib/effect/dynamodb/dead-letter-index.ts';
import { AppError, ItemRefusedError } from '../../lib/model/errors.ts';
import type { DeadLetterItem } from '../../lib/model/dead-letter.ts';
import type { DeadLetterFilter } from '../../lib/model/job.ts';
import type {
  DeadLetterIndex,
  ListPosition,
  SweptItem,
  SweptPage,
} from '../../lib/ports/dead-letter-index.ts';
import { ensureTables, LOCAL_AWS } from '../../localstack/dynamodb-tables.ts';
import { deadLetterItem, idOf, newestFirst, openItems } from '../support/dead-letter-items.ts';
import { createMemoryDeadLetterIndex } from '../support/memory-dead-letter-index.ts';

let client: DynamoDBClient;
const load = async () => ({ sdk: await import('@aws-sdk/client-dynamodb'), client });

beforeAll(() => {
  client = new DynamoDBClient({
    endpoint: inject('dynamodbEndpoint'),
    region: LOCAL_AWS.AWS_REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
afterAll(() => client.destroy());

/** An index in a table of its own. */
async function inDynamoDb(): Promise<DeadLetterIndex> {
  const table = `dead-letters-${randomUUID()}`;
  const inputs = tableInputs({ ...parseConfig({}), deadLettersTable: table });
  await ensureTables(
    inject('dynamodbEndpoint'),
    inputs.filter((input) => input.TableName === table),
  );
  return createDeadLetterIndex({ table, load });
}

async function inMemory(): Promise<DeadLetterIndex> {
  return createMemoryDeadLetterIndex();
}

type Start = () => Promise<DeadLetterIndex>;

async function filled(start: Start, items: readonly DeadLetterItem[]): Promise<DeadLetterIndex> {
  const index = await start();
  await Promise.all(items.map((item) => index.put(item, item.revision - 1)));
  return index;
}

async function listAll(index: DeadLetterIndex, filter: DeadLetterFilter, limit: number) {
  const items: DeadLetterItem[] = [];
  const sizes: number[] = [];
  let position: ListPosition | null = null;
  do {
    const page = await index.list(filter, limit, position);
    items.push(...page.items);
    sizes.push(page.items.length);
    position = page.next;
  } while (position !== null);
  return { items, sizes };
}

const PLACES: [string, Start][] = [
  ['in DynamoDB', inDynamoDb],
  ['in memory', inMemory],
];

describe.each(PLACES)('an item %s', (_where, start) => {
  it('that was put is there at once, as it was', async () => {
    const index = await start();
    const item = deadLetterItem({ orderId: null, originalMessage: '' });
    expect(await index.get(item.id)).toBeUndefined();
    expect(await index.put(item, 0)).toBe(true);
    expect(await index.get(item.id)).toEqual(item);
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

describe.each(PLACES)('the list %s', (_where, start) => {
  it('is empty where nothing is there', async () => {
    const index = await start();
    expect(await index.list({}, 20, null)).toEqual({ items: [], next: null });
  });

  it('pages through what is in the DLQ now: newest first, nothing twice, nothing left out', async () => {
    await fc.assert(
      fc.asyncProperty(openItems, fc.integer({ min: 1, max: 9 }), async (items, limit) => {
        const resolved = deadLetterItem({ id: idOf('resolved'), state: 'resolved' });
        const index = await filled(start, [...items, resolved]);
        const listed = await listAll(index, {}, limit);
        expect(listed.items).toEqual(newestFirst(items));
        // Every page but the last one is full: nothing had to be looked for.
        expect(listed.sizes.slice(0, -1).every((size) => size === limit)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('leaves out one that was resolved meanwhile', async () => {
    const item = deadLetterItem();
    const index = await filled(start, [item]);
    await index.put({ ...item, revision: 2, state: 'resolved' }, 1);
    expect(await index.list({}, 20, null)).toEqual({ items: [], next: null });
  });

  const some = [
    deadLetterItem({ id: idOf('a'), arrivedAtMs: 100, reason: 'undecodable', orderId: null }),
    deadLetterItem({ id: idOf('b'), arrivedAtMs: 200, errorType: 'TypeError' }),
    deadLetterItem({ id: idOf('c'), arrivedAtMs: 300, orderId: 'ORDER-2' }),
    deadLetterItem({ id: idOf('d'), arrivedAtMs: 400 }),
  ];
  const [a, b, c, d] = some as [DeadLetterItem, DeadLetterItem, DeadLetterItem, DeadLetterItem];

  it.each<[string, DeadLetterFilter, DeadLetterItem[]]>([
    ['reason', { reason: 'undecodable' }, [a]],
    ['error type', { errorType: 'TypeError' }, [b]],
    ['order id', { orderId: 'ORDER-2' }, [c]],
    ['several', { reason: 'retries-exhausted', orderId: 'ORDER-1', errorType: 'ValueError' }, [d]],
    ['none that matches', { orderId: 'ORDER-9' }, []],
    ['from, inclusive', { fromMs: 300 }, [d, c]],
    ['to, exclusive', { toMs: 300 }, [b, a]],
    ['both', { fromMs: 200, toMs: 400 }, [c, b]],
    ['an empty range', { fromMs: 300, toMs: 300 }, []],
    ['a range the wrong way round', { fromMs: 400, toMs: 100 }, []],
  ])('filtered by %s', async (_name, filter, expected) => {
    const index = await filled(start, some);
    expect((await listAll(index, filter, 2)).items).toEqual(expected);
  });

  it('goes on from a position that is no longer there', async () => {
    const index = await filled(start, some);
    const after = { arrivedAtMs: 350, id: idOf('gone') };
    expect((await index.list({}, 20, after)).items).toEqual([c, b, a]);
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

it('the list in DynamoDB looks for rare matches in bounded steps, and finds all of them', async () => {
  const items = Array.from({ length: 1_300 }, (_, at) =>
    // One shard holds them all: the id begins with 0.
    deadLetterItem({
      id: `0${idOf(at).slice(1)}`,
      arrivedAtMs: at,
      orderId: at % 650 === 0 ? 'RARE' : 'ORDER-1',
    }),
  );
  const index = await filled(inDynamoDb, items);
  const first = await index.list({ orderId: 'RARE' }, 5, null);
  expect(first.items.map((item) => item.arrivedAtMs)).toEqual([650]);
  expect(first.next).not.toBeNull();
  const listed = await listAll(index, { orderId: 'RARE' }, 5);
  expect(listed.items.map((item) => item.arrivedAtMs)).toEqual([650, 0]);
});

it('a table with another key is no fault of the item: a smaller one is not tried', async () => {
  const index = createDeadLetterIndex({ table: 'orders', load });
  const put = index.put(deadLetterItem({ orderId: null }), 0);
  await expect(put).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringMatching(/table orders does not take .* compare its key schema/),
  });
});

describe('a store that does not answer', () => {
  it('is STORE_UNAVAILABLE, within seconds, for every call', async () => {
    const dead = new DynamoDBClient({
      endpoint: 'http://127.0.0.1:1',
      region: LOCAL_AWS.AWS_REGION,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
    const sdk = await import('@aws-sdk/client-dynamodb');
    const index = createDeadLetterIndex({
      table: 'dead-letters',
      load: async () => ({ sdk, client: dead }),
    });
    const code = expect.objectContaining({ code: 'STORE_UNAVAILABLE' });
    await expect(index.get(idOf(1))).rejects.toThrow(AppError);
    await expect(index.get(idOf(1))).rejects.toEqual(code);
    await expect(index.put(deadLetterItem(), 0)).rejects.toEqual(code);
    await expect(index.list({}, 20, null)).rejects.toEqual(code);
  });

  it('is one whose table is missing', async () => {
    const index = createDeadLetterIndex({ table: 'no-such-table', load });
    await expect(index.put(deadLetterItem(), 0)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('no-such-table'),
    });
  });
});
