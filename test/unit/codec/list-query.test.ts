import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { listQuerySchema } from '../../../lib/codec/list-query.ts';

const schema = listQuerySchema(z.string());

it.each([
  { query: {}, gives: {} },
  { query: { limit: '1' }, gives: { limit: 1 } },
  { query: { limit: '100' }, gives: { limit: 100 } },
  { query: { reason: 'undecodable' }, gives: { reason: 'undecodable' } },
  { query: { from: '2026-01-31' }, gives: { from: Date.UTC(2026, 0, 31) } },
  { query: { from: '2026-01-31T10:00Z' }, gives: { from: Date.UTC(2026, 0, 31, 10) } },
  { query: { to: '2026-01-31T10:00:00.5Z' }, gives: { to: Date.UTC(2026, 0, 31, 10, 0, 0, 500) } },
  { query: { to: '2026-01-31T10:00:00+02:00' }, gives: { to: Date.UTC(2026, 0, 31, 8) } },
  // A plus that nobody escaped arrives as a space.
  { query: { to: '2026-01-31T10:00:00 02:00' }, gives: { to: Date.UTC(2026, 0, 31, 8) } },
  { query: { state: 'resolved' }, gives: { state: 'resolved' } },
  { query: { group: '0123456789abcdef' }, gives: { group: '0123456789abcdef' } },
  { query: { originalTopic: 'a.B_c-1' }, gives: { originalTopic: 'a.B_c-1' } },
  { query: { originalPartition: '0' }, gives: { originalPartition: 0 } },
  { query: { originalOffsetFrom: '17' }, gives: { originalOffsetFrom: 17 } },
  {
    query: { originalOffsetTo: '9007199254740991' },
    gives: { originalOffsetTo: Number.MAX_SAFE_INTEGER },
  },
  { query: { from: '2028-02-29' }, gives: { from: Date.UTC(2028, 1, 29) } },
])('takes $query', ({ query, gives }) => {
  expect(z.parse(schema, query)).toEqual(gives);
});

it.each([
  { limit: '0' },
  { limit: '101' },
  { limit: '' },
  { limit: ' 5' },
  { limit: '5.0' },
  { limit: '0x10' },
  { limit: '-1' },
  { limit: 'all' },
  { reason: '' },
  { reason: 'Undecodable' },
  { errorType: '' },
  { errorType: 'x'.repeat(201) },
  { state: 'dead' },
  { state: '' },
  { group: '0123456789ABCDEF' },
  { group: '0123456789abcde' },
  { group: '' },
  { originalTopic: '' },
  { originalTopic: 'a b' },
  { originalTopic: 'x'.repeat(250) },
  { originalPartition: '-1' },
  { originalPartition: '1.5' },
  { originalPartition: '2147483648' },
  { originalPartition: '' },
  { originalOffsetFrom: '-1' },
  { originalOffsetFrom: ' 1' },
  { originalOffsetTo: '9007199254740992' },
  { originalOffsetTo: '0x1' },
  { from: '' },
  { from: 'yesterday' },
  { from: '2026-01-31T10:00:00' }, // Without a zone it is no instant.
  { from: '2026-02-31' },
  { from: '2026-13-01' },
  { from: '2027-02-29' },
  { from: '31.01.2026' },
  { from: '1767225610000' },
  { from: '2026-01-31T25:00Z' },
  { to: '2026-01-31T10:00:00+99:99' },
])('refuses %o, with the remedy', (query) => {
  const result = z.safeParse(schema, query);

  expect(result.error?.issues.map(({ path }) => path)).toEqual([Object.keys(query)]);
  expect(result.error?.issues[0]?.message).toMatch(/^write /);
});
