import { expect, it } from 'vitest';
import { filterFault, withOriginTopic } from '../../../lib/decide/filter-fault.ts';

it.each([
  {},
  { fromMs: 5 },
  { toMs: 5 },
  { fromMs: 5, toMs: 6 },
  { originalTopic: 'orders' },
  { originalPartition: 0 },
  { originalPartition: 0, originalOffsetFrom: 0 },
  { originalPartition: 0, originalOffsetFrom: 7, originalOffsetTo: 7 },
  { originalPartition: 0, originalOffsetTo: 0 },
])('%o can be meant', (filter) => {
  expect(filterFault(filter)).toBeUndefined();
});

it.each([
  { filter: { fromMs: 5, toMs: 5 }, says: 'from is not before to: give an earlier from' },
  { filter: { fromMs: 6, toMs: 5 }, says: 'from is not before to' },
  {
    filter: { originalOffsetFrom: 0 },
    says: 'originalOffsetFrom stands without originalPartition: offsets count within',
  },
  {
    filter: { originalTopic: 'orders', originalOffsetTo: 0 },
    says: 'originalOffsetTo stands without originalPartition',
  },
  {
    filter: { originalPartition: 0, originalOffsetFrom: 8, originalOffsetTo: 7 },
    says: 'originalOffsetFrom is over originalOffsetTo: give a lower',
  },
])('$filter cannot: $says', ({ filter, says }) => {
  expect(filterFault(filter)).toContain(says);
});

it('names the fields by where they stand', () => {
  expect(filterFault({ fromMs: 1, toMs: 1 }, 'filter.')).toContain(
    'filter.from is not before filter.to',
  );
});

it('a partition is one of the order topic where no topic is named', () => {
  const topic = { originalTopic: 'orders' };
  expect(withOriginTopic({ originalPartition: 0 }, 'orders')).toEqual({
    originalPartition: 0,
    ...topic,
  });
  const other = { originalPartition: 0, originalTopic: 'orders-retry-1s' };
  expect(withOriginTopic(other, 'orders')).toEqual(other);
  expect(withOriginTopic({ group: 'a' }, 'orders')).toEqual({ group: 'a' });
});
