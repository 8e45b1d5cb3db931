import type { Break } from './break.ts';

const KEYS = 'test/unit/effect/dynamodb/list-keys.test.ts';
const MERGE = 'test/unit/effect/dynamodb/merge-shards.test.ts';
const QUERIES = 'lib/effect/dynamodb/shard-queries.ts';

const filtered = (by: string) => ({
  file: 'test/contract/dead-letter-lists.test.ts',
  name: `the list in DynamoDB > filtered by ${by}`,
});

/** What is in the DLQ, as people page through it. */
export const LISTS: readonly Break[] = [
  {
    name: 'one-shard-for-all',
    guarantee: 'a flood of dead letters is spread over the partitions of the index',
    file: 'lib/effect/dynamodb/list-keys.ts',
    find: 'Number.parseInt(id.slice(0, 1), 16) % SHARD_COUNT',
    replace: 'Number.parseInt(id.slice(0, 1), 16) % 1',
    test: { file: KEYS, name: 'are spread evenly over the shards' },
  },
  {
    name: 'arrivals-sort-as-text',
    guarantee: 'lists are sorted by the time of arrival',
    file: 'lib/effect/dynamodb/list-keys.ts',
    find: "String(arrivedAtMs).padStart(16, '0')",
    replace: 'String(arrivedAtMs)',
    test: { file: KEYS, name: 'sort as text like arrival and id do' },
  },
  {
    name: 'oldest-first',
    guarantee: 'the list is newest first over all shards',
    file: 'lib/effect/dynamodb/merge-shards.ts',
    find: '(a.key < b.key ? 1 : -1)',
    replace: '(a.key < b.key ? -1 : 1)',
    test: {
      file: MERGE,
      name: 'pages through everything that matches, newest first, nothing twice and nothing left out',
    },
  },
  {
    name: 'show-beyond-the-frontier',
    guarantee: 'a page leaves nothing out that another shard still has',
    file: 'lib/effect/dynamodb/merge-shards.ts',
    find: 'frontier === undefined || key >= frontier',
    replace: "frontier === undefined || key !== ''",
    test: {
      file: MERGE,
      name: 'has no next page where all is shown, and shows nothing behind what a shard was read to',
    },
  },
  {
    name: 'resolved-stays-listed',
    guarantee: 'the list holds only what is in the DLQ now',
    file: 'lib/effect/dynamodb/list-keys.ts',
    find: "state === 'open' || state === 'redriving') return '';",
    replace: "state !== 'discarded') return '';",
    test: {
      file: 'test/contract/dead-letter-lists.test.ts',
      name: 'the list in DynamoDB > leaves out one that was resolved meanwhile',
    },
  },
  {
    name: 'from-is-exclusive',
    guarantee: '`from` takes what arrived at that instant',
    file: QUERIES,
    find: 'arrivalFloor(filter.fromMs ?? 0)',
    replace: 'arrivalFloor((filter.fromMs ?? -1) + 1)',
    test: filtered('from, inclusive'),
  },
  {
    name: 'to-is-inclusive',
    guarantee: '`to` leaves out what arrived at that instant',
    file: QUERIES,
    find: 'arrivalFloor(filter.toMs)',
    replace: 'arrivalFloor(filter.toMs + 1)',
    test: filtered('to, exclusive'),
  },
  ...(
    [
      ['state', 'state'],
      ['reason', 'reason'],
      ['errorType', 'error type'],
      ['orderId', 'order id'],
      ['originalTopic', 'origin topic'],
      ['originalPartition', 'origin partition'],
      ['originalOffset', 'first origin offset, inclusive'],
    ] as const
  ).map(([field, by]) => ({
    name: `filter-without-${field}`,
    guarantee: `the list can be filtered by ${field}`,
    file: QUERIES,
    find: 'value === undefined ? [] :',
    replace: `value === undefined || name === '${field}' ? [] :`,
    test: filtered(by),
  })),
  {
    name: 'filter-without-group',
    guarantee: 'the list can be filtered by group',
    file: QUERIES,
    find: 'const { group, state } = filter;',
    replace: 'const { state } = filter;\n  const group: string | undefined = undefined;',
    test: filtered('group'),
  },
  {
    name: 'last-offset-is-exclusive',
    guarantee: '`originalOffsetTo` takes that offset itself',
    file: QUERIES,
    find: "['originalOffset', '<=', filter.originalOffsetTo]",
    replace: "['originalOffset', '<', filter.originalOffsetTo]",
    test: filtered('last origin offset, inclusive'),
  },
  {
    name: 'wrong-table-shrinks-the-item',
    guarantee: 'a table that is set up wrongly costs no entry its message',
    file: 'lib/effect/dynamodb/client.ts',
    find: '    if (error instanceof ItemRefusedError || error instanceof NonRetriableError) throw error;',
    replace:
      "    if (awsErrorName(error) === 'ValidationException') throw new ItemRefusedError('refused');\n    if (error instanceof ItemRefusedError || error instanceof NonRetriableError) throw error;",
    test: {
      file: 'test/contract/dead-letter-index.test.ts',
      name: 'a table with another key is no fault of the item: a smaller one is not tried',
    },
  },
];
