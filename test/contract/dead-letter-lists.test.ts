import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEAD_LETTER_STATES, type DeadLetterItem } from '../../lib/model/dead-letter.ts';
import { REASONS } from '../../lib/model/failure.ts';
import type { DeadLetterFilter } from '../../lib/model/job.ts';
import { filled, indexInDynamoDb, indexPlaces, listAll } from '../support/dead-letter-indexes.ts';
import { deadLetterItem, idOf, newestFirst, openItems } from '../support/dead-letter-items.ts';
import { testClient } from '../support/test-tables.ts';

let client: DynamoDBClient;
beforeAll(() => {
  client = testClient();
});
afterAll(() => client.destroy());

const PLACES = indexPlaces(() => client);

/** Few values of each kind, so that many are alike. */
const FACTS = {
  arrivedAtMs: fc.integer({ min: 98, max: 104 }),
  state: fc.constantFrom(...DEAD_LETTER_STATES),
  group: fc.constantFrom('0123456789abcdef', 'fedcba9876543210'),
  reason: fc.constantFrom(...REASONS.slice(0, 2)),
  errorType: fc.constantFrom('ValueError', 'TypeError'),
  orderId: fc.constantFrom('ORDER-1', 'ORDER-2', null),
  originalTopic: fc.constantFrom('order-events', 'parcels'),
  originalPartition: fc.nat(1),
  originalOffset: fc.nat(11),
};

const anyItems: fc.Arbitrary<DeadLetterItem[]> = fc.uniqueArray(
  fc.record({ id: fc.nat(10_000).map(idOf), ...FACTS }).map(deadLetterItem),
  { selector: (item) => item.id, maxLength: 40 },
);

const anyFilter: fc.Arbitrary<DeadLetterFilter> = fc
  .record(
    {
      state: FACTS.state,
      group: FACTS.group,
      reason: FACTS.reason,
      errorType: FACTS.errorType,
      orderId: fc.constantFrom('ORDER-1', 'ORDER-2'),
      originalTopic: FACTS.originalTopic,
      originalPartition: FACTS.originalPartition,
      originalOffsetFrom: FACTS.originalOffset,
      originalOffsetTo: FACTS.originalOffset,
      fromMs: FACTS.arrivedAtMs,
      toMs: FACTS.arrivedAtMs,
    },
    { requiredKeys: [] },
  )
  .chain((all) => fc.subarray(Object.entries(all), { maxLength: 4 }))
  .map((entries) => Object.fromEntries(entries));

/** What the filter says, condition by condition. */
function isMeant(item: DeadLetterItem, filter: DeadLetterFilter): boolean {
  const { state, originalOffsetFrom, originalOffsetTo, fromMs, toMs } = filter;
  return [
    state === undefined ? ['open', 'redriving'].includes(item.state) : item.state === state,
    filter.group === undefined || item.group === filter.group,
    filter.reason === undefined || item.reason === filter.reason,
    filter.errorType === undefined || item.errorType === filter.errorType,
    filter.orderId === undefined || item.orderId === filter.orderId,
    filter.originalTopic === undefined || item.originalTopic === filter.originalTopic,
    filter.originalPartition === undefined || item.originalPartition === filter.originalPartition,
    originalOffsetFrom === undefined || item.originalOffset >= originalOffsetFrom,
    originalOffsetTo === undefined || item.originalOffset <= originalOffsetTo,
    fromMs === undefined || item.arrivedAtMs >= fromMs,
    toMs === undefined || item.arrivedAtMs < toMs,
  ].every(Boolean);
}

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

  it('pages through what any filter means: newest first, nothing twice, nothing left out', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyItems,
        fc.array(anyFilter, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        async (items, filters, limit) => {
          const index = await filled(start, items);
          for (const filter of filters) {
            const listed = await listAll(index, filter, limit);
            const meant = items.filter((item) => isMeant(item, filter));
            expect({ filter, items: listed.items }).toEqual({ filter, items: newestFirst(meant) });
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it.each(DEAD_LETTER_STATES)('of those that are %s holds them alone', async (state) => {
    const items = DEAD_LETTER_STATES.map((other) =>
      deadLetterItem({ id: idOf(other), state: other }),
    );
    const index = await filled(start, items);
    const only = items.filter((item) => item.state === state);
    expect((await index.list({ state }, 20, null)).items).toEqual(only);
    const { group } = items[0]!;
    expect((await index.list({ state, group }, 20, null)).items).toEqual(only);
  });

  it('follows a dead letter from state to state and from group to group', async () => {
    let item = deadLetterItem();
    const index = await filled(start, [item]);
    const states = ['redriving', 'open', 'discarded', 'purging', 'purged'] as const;
    for (const state of states) {
      const before = item;
      item = { ...item, revision: item.revision + 1, state, group: idOf(state).slice(0, 16) };
      await index.put(item, before.revision);
      expect((await index.list({ state, group: item.group }, 20, null)).items).toEqual([item]);
      expect((await index.list({ state: before.state }, 20, null)).items).toEqual([]);
      const old = { state: before.state, group: before.group };
      expect((await index.list(old, 20, null)).items).toEqual([]);
      expect((await index.list({ state, group: before.group }, 20, null)).items).toEqual([]);
    }
  });

  it('gives large pages to programs, of every shard its part, and leaves nothing out', async () => {
    const items = Array.from({ length: 1_100 }, (_, at) =>
      deadLetterItem({ id: idOf(at), arrivedAtMs: 1_000 + (at % 400) }),
    );
    const index = await filled(start, items);
    const { items: listed, sizes } = await listAll(index, {}, 1_000);
    expect(listed).toEqual(newestFirst(items));
    expect(sizes[0]).toBeGreaterThan(700);
    expect(sizes[0]).toBeLessThanOrEqual(1_000);
  });

  const some = [
    deadLetterItem({
      id: idOf('a'),
      arrivedAtMs: 100,
      reason: 'undecodable',
      orderId: null,
      originalOffset: 9,
    }),
    deadLetterItem({
      id: idOf('b'),
      arrivedAtMs: 200,
      errorType: 'TypeError',
      originalTopic: 'parcels',
      originalOffset: 10,
    }),
    deadLetterItem({
      id: idOf('c'),
      arrivedAtMs: 300,
      orderId: 'ORDER-2',
      originalPartition: 5,
      group: 'fedcba9876543210',
      originalOffset: 11,
    }),
    deadLetterItem({ id: idOf('d'), arrivedAtMs: 400, state: 'redriving', originalOffset: 100 }),
  ];
  const [a, b, c, d] = some as [DeadLetterItem, DeadLetterItem, DeadLetterItem, DeadLetterItem];

  it.each<[string, DeadLetterFilter, DeadLetterItem[]]>([
    ['reason', { reason: 'undecodable' }, [a]],
    ['error type', { errorType: 'TypeError' }, [b]],
    ['order id', { orderId: 'ORDER-2' }, [c]],
    ['state', { state: 'redriving' }, [d]],
    ['group', { group: 'fedcba9876543210' }, [c]],
    ['group and state', { group: 'fedcba9876543210', state: 'redriving' }, []],
    ['origin topic', { originalTopic: 'parcels' }, [b]],
    ['origin partition', { originalPartition: 5 }, [c]],
    ['first origin offset, inclusive', { originalOffsetFrom: 11 }, [d, c]],
    ['last origin offset, inclusive', { originalOffsetTo: 10 }, [b, a]],
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

it('the list in DynamoDB looks for rare matches in bounded steps, and finds all of them', async () => {
  const items = Array.from({ length: 1_300 }, (_, at) =>
    // One shard holds them all: the id begins with 0.
    deadLetterItem({
      id: `0${idOf(at).slice(1)}`,
      arrivedAtMs: at,
      orderId: at % 650 === 0 ? 'RARE' : 'ORDER-1',
    }),
  );
  const index = await filled(() => indexInDynamoDb(client), items);
  const first = await index.list({ orderId: 'RARE' }, 5, null);
  expect(first.items.map((item) => item.arrivedAtMs)).toEqual([650]);
  expect(first.next).not.toBeNull();
  const listed = await listAll(index, { orderId: 'RARE' }, 5);
  expect(listed.items.map((item) => item.arrivedAtMs)).toEqual([650, 0]);
});
