import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shardQueries, wantedOfShard } from '../../../../lib/effect/dynamodb/shard-queries.ts';
import { DEAD_LETTER_STATES } from '../../../../lib/model/dead-letter.ts';
import type { DeadLetterFilter } from '../../../../lib/model/job.ts';
import { idOf } from '../../../support/dead-letter-items.ts';

const shardOf = ({ ExpressionAttributeValues }: { ExpressionAttributeValues?: unknown }) =>
  (ExpressionAttributeValues as Record<string, { S?: string }>)[':shard']?.S;

const first = (
  filter: DeadLetterFilter,
  after: { arrivedAtMs: number; id: string } | null = null,
) => shardQueries(filter, after, 20)[0];

it('without a filter what is in the DLQ now is asked for, of every shard', () => {
  const queries = shardQueries({}, null, 20);
  expect(queries.map(shardOf)).toEqual(['0', '1', '2', '3']);
  for (const query of queries) {
    expect(query).toMatchObject({ IndexName: 'by-arrival', ScanIndexForward: false, Limit: 21 });
    expect(query).not.toHaveProperty('FilterExpression');
    expect(query).not.toHaveProperty('ExpressionAttributeNames');
  }
});

it.each<[DeadLetterFilter, string, string]>([
  [{ state: 'open' }, 'by-arrival', '0'],
  [{ state: 'redriving' }, 'by-arrival', '0'],
  [{ state: 'discarded' }, 'by-arrival', 'discarded#0'],
  [{ group: 'abc' }, 'by-group', 'abc#0'],
  [{ group: 'abc', state: 'open' }, 'by-group', 'abc#0'],
  [{ group: 'abc', state: 'purged' }, 'by-group', 'abc#purged#0'],
])('%j is read of index %s, key %s', (filter, index, shard) => {
  const [query] = shardQueries(filter, null, 20);
  expect(query?.IndexName).toBe(index);
  expect(shardOf(query!)).toBe(shard);
});

it('only what no list tells apart is filtered', () => {
  for (const state of DEAD_LETTER_STATES) {
    const filters = state === 'open' || state === 'redriving';
    expect(first({ state, group: 'abc' })?.FilterExpression !== undefined).toBe(filters);
  }
  expect(first({ state: 'open' })).toMatchObject({
    FilterExpression: '#state = :f0',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':f0': { S: 'open' } },
  });
});

it('both ends of a range of offsets are one attribute, two conditions', () => {
  expect(first({ originalOffsetFrom: 0, originalOffsetTo: 9 })).toMatchObject({
    FilterExpression: '#originalOffset >= :f6 AND #originalOffset <= :f7',
    ExpressionAttributeNames: { '#originalOffset': 'originalOffset' },
    ExpressionAttributeValues: { ':f6': { N: '0' }, ':f7': { N: '9' } },
  });
});

it('names and values are those that the expressions use, none more: DynamoDB refuses others', () => {
  const filter = fc.record(
    {
      state: fc.constantFrom(...DEAD_LETTER_STATES),
      group: fc.string(),
      errorType: fc.string(),
      orderId: fc.string(),
      originalTopic: fc.string(),
      originalPartition: fc.nat(),
      originalOffsetFrom: fc.nat(),
      originalOffsetTo: fc.nat(),
      fromMs: fc.nat(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(filter, (any) => {
      const query = first(any)!;
      const text = `${query.KeyConditionExpression} ${query.FilterExpression ?? ''}`;
      const used = (mark: string) => [...new Set(text.match(new RegExp(`${mark}\\w+`, 'g')) ?? [])];
      const names = Object.keys(query.ExpressionAttributeNames ?? {});
      const values = Object.keys(query.ExpressionAttributeValues ?? {});
      expect(names.toSorted()).toEqual(used('#').toSorted());
      expect(values.toSorted()).toEqual(used(':').toSorted());
    }),
  );
});

describe('the range of arrivals', () => {
  const rangeOf = (...args: Parameters<typeof first>) => {
    const values = first(...args)?.ExpressionAttributeValues;
    return values && [values[':from']?.S, values[':to']?.S];
  };

  it.each<[DeadLetterFilter, string[] | undefined]>([
    [{}, ['0000000000000000', '~']],
    [{ fromMs: 7 }, ['0000000000000007', '~']],
    [{ fromMs: 7, toMs: 9 }, ['0000000000000007', '0000000000000009']],
    [{ fromMs: 9, toMs: 7 }, undefined],
  ])('%j', (filter, range) => {
    expect(rangeOf(filter)).toEqual(range);
  });

  it('ends at the position, where that comes first', () => {
    const after = { arrivedAtMs: 8, id: idOf(1) };
    const key = `0000000000000008#${idOf(1)}`;
    expect(rangeOf({}, after)).toEqual(['0000000000000000', key]);
    expect(rangeOf({ toMs: 9 }, after)).toEqual(['0000000000000000', key]);
    expect(rangeOf({ toMs: 8 }, after)).toEqual(['0000000000000000', '0000000000000008']);
    expect(rangeOf({ fromMs: 9 }, after)).toBeUndefined();
  });
});

it('a small page can come of one shard alone; a large one takes of each its part', () => {
  expect([1, 20, 100].map(wantedOfShard)).toEqual([2, 21, 101]);
  expect(wantedOfShard(1_000)).toBe(251);
  expect(shardQueries({}, null, 251)[0]?.Limit).toBe(252);
  expect(shardQueries({ orderId: 'A' }, null, 21)[0]?.Limit).toBe(200);
  expect(shardQueries({ orderId: 'A' }, null, 251)[0]?.Limit).toBe(252);
});
