import { PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { writeItems } from '../../bench/index-items.ts';
import { createDeadLetterIndex } from '../../lib/effect/dynamodb/dead-letter-index.ts';
import { toAttributes } from '../../lib/effect/dynamodb/dead-letter-attributes.ts';
import {
  CANDIDATE_FIELDS,
  type Candidate,
  DEAD_LETTER_STATES,
  type DeadLetterItem,
} from '../../lib/model/dead-letter.ts';
import type { DeadLetterFilter } from '../../lib/model/job.ts';
import type { DeadLetterIndex } from '../../lib/ports/dead-letter-index.ts';
import { filled, indexPlaces, listAll } from '../support/dead-letter-indexes.ts';
import { deadLetterItem, idOf } from '../support/dead-letter-items.ts';
import { loaderOf, NOBODY, ownTable, testClient } from '../support/test-tables.ts';

let client: DynamoDBClient;
beforeAll(() => {
  client = testClient();
});
afterAll(() => client.destroy());

const PLACES = indexPlaces(() => client);
const REDRIVE = { id: 'job-1', count: 1, claimedAtMs: 5, staleAtMs: 6, outcome: null } as const;

const anyItems: fc.Arbitrary<DeadLetterItem[]> = fc.uniqueArray(
  fc
    .record({
      id: fc.nat(10_000).map(idOf),
      arrivedAtMs: fc.integer({ min: 98, max: 104 }),
      state: fc.constantFrom(...DEAD_LETTER_STATES),
      group: fc.constantFrom('0123456789abcdef', 'fedcba9876543210'),
      errorType: fc.constantFrom('ValueError', 'TypeError'),
      originalPartition: fc.nat(1),
      redrive: fc.constantFrom(null, REDRIVE),
      bytesMissing: fc.boolean(),
    })
    .map(deadLetterItem),
  { selector: ({ id }) => id, maxLength: 40 },
);
const FILTERS: readonly DeadLetterFilter[] = [
  {},
  { state: 'open' },
  { state: 'discarded' },
  { group: '0123456789abcdef' },
  { state: 'open', group: 'fedcba9876543210', errorType: 'TypeError' },
  { originalTopic: 'order-events', originalPartition: 1, originalOffsetFrom: 41 },
  { fromMs: 100, toMs: 103 },
  { fromMs: 103, toMs: 100 },
];

const byId = (a: Candidate, b: Candidate) => (a.id < b.id ? -1 : 1);
const candidateOf = (item: DeadLetterItem) =>
  Object.fromEntries(CANDIDATE_FIELDS.map((name) => [name, item[name]]));

async function surveyed(index: DeadLetterIndex, filter: DeadLetterFilter) {
  const found: Candidate[] = [];
  const isAll = await index.survey(filter, (load) => {
    found.push(...load);
    return true;
  });
  expect(isAll).toBe(true);
  return found.toSorted(byId);
}

describe.each(PLACES)('the survey %s', (_where, start) => {
  it('finds what the list does, each once, and of each what a plan goes by', async () => {
    await fc.assert(
      fc.asyncProperty(anyItems, async (items) => {
        const index = await filled(start, items);
        for (const filter of FILTERS) {
          const { items: listed } = await listAll(index, filter, 100);
          const found = await surveyed(index, filter);
          expect({ filter, found }).toEqual({
            filter,
            found: listed.toSorted(byId).map(candidateOf),
          });
        }
      }),
      { numRuns: 15 },
    );
  });

  it('of nothing is all there is', async () => {
    expect(await surveyed(await start(), {})).toEqual([]);
  });

  it('takes one load after the other, and none after a no', async () => {
    const many = Array.from({ length: 1_500 }, (_, at) => deadLetterItem({ id: idOf(at) }));
    const index = await filled(start, many);
    for (const loadsMax of [1, 3]) {
      let loads = 0;
      let found = 0;
      const isAll = await index.survey({}, (load) => {
        loads += 1;
        found += load.length;
        return loads < loadsMax;
      });
      expect({ isAll, loads }).toEqual({ isAll: false, loads: loadsMax });
      expect(found).toBeLessThan(1_500);
    }
    expect(await surveyed(index, {})).toHaveLength(1_500);
  });
});

describe('in DynamoDB the survey', () => {
  it('reads every shard once, page after page, and only what it needs', async () => {
    const table = await ownTable('deadLettersTable');
    const items = Array.from({ length: 4_800 }, (_, at) =>
      deadLetterItem({ id: idOf(at), state: at % 3 === 0 ? 'redriving' : 'open' }),
    );
    await writeItems(inject('dynamodbEndpoint'), table, items);
    const asked: unknown[] = [];
    let scanned = 0;
    const watched = testClient();
    watched.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args);
        const { ScannedCount = 0, Items = [] } = answer.output as never as {
          ScannedCount?: number;
          Items?: object[];
        };
        scanned += ScannedCount;
        asked.push(new Set(Items.flatMap(Object.keys)));
        return answer;
      },
      { step: 'initialize' },
    );
    const index = createDeadLetterIndex({ table, load: loaderOf(watched) });
    expect(await surveyed(index, { state: 'open' })).toHaveLength(3_200);
    watched.destroy();
    expect(scanned).toBe(4_800);
    // A shard of 1,200, give or take: two pages.
    expect(asked.length).toBeGreaterThanOrEqual(8);
    expect(asked.length).toBeLessThanOrEqual(8);
    for (const names of asked) expect([...(names as Set<string>)].length).toBeLessThanOrEqual(11);
  });

  it('goes slower where the table is too busy, until it never answers', async () => {
    const table = await ownTable('deadLettersTable');
    const items = Array.from({ length: 40 }, (_, at) => deadLetterItem({ id: idOf(at) }));
    await writeItems(inject('dynamodbEndpoint'), table, items);
    const surveyOf = (refusals: number) => {
      const busy = testClient();
      let left = refusals;
      busy.middlewareStack.add(
        (next) => async (args) => {
          left -= 1;
          if (left < 0) return next(args);
          const name = 'ProvisionedThroughputExceededException';
          throw Object.assign(new Error('too busy'), { name });
        },
        { step: 'initialize' },
      );
      return surveyed(createDeadLetterIndex({ table, load: loaderOf(busy) }), {});
    };
    expect(await surveyOf(12)).toHaveLength(40);
    await expect(surveyOf(Infinity)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('ProvisionedThroughputExceeded'),
    });
  });

  it('knows the group of an item of before dead letters had one', async () => {
    const table = await ownTable('deadLettersTable');
    const items = Array.from({ length: 230 }, (_, at) => deadLetterItem({ id: idOf(at) }));
    for (const item of items) {
      const { group: _, groupShard: __, ...former } = toAttributes(item);
      await client.send(new PutItemCommand({ TableName: table, Item: former }));
    }
    const index = createDeadLetterIndex({ table, load: loaderOf(client) });
    const found = await surveyed(index, { state: 'open' });
    expect(found.map(({ id }) => id)).toEqual(items.map(({ id }) => id).toSorted());
    const whole = await index.get(idOf(1));
    expect(new Set(found.map(({ group }) => group))).toEqual(new Set([whole?.group]));
  });

  it('of a store that does not answer is STORE_UNAVAILABLE', async () => {
    const index = createDeadLetterIndex({
      table: 'dead-letters',
      load: loaderOf(testClient(NOBODY)),
    });
    await expect(index.survey({}, () => true)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
