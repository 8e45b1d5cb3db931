import { beforeAll, expect, inject, it } from 'vitest';
import { writeItems } from '../../bench/index-items.ts';
import { createApi, ownConfig, type Api } from '../support/api.ts';
import { manyItems } from '../support/many-items.ts';
import { ownTable } from '../support/test-tables.ts';

const COUNT = 100_000;
/** API Gateway ends a request after 30 s. */
const GATEWAY_MS = 30_000;

let api: Api;
beforeAll(async () => {
  const deadLettersTable = await ownTable('deadLettersTable');
  api = createApi({ ...ownConfig(), deadLettersTable });
  await writeItems(inject('dynamodbEndpoint'), deadLettersTable, manyItems(COUNT).items);
});

it.each([
  { what: 'all', body: { filter: {}, limit: COUNT }, planned: COUNT, skipped: {} },
  {
    what: 'a group',
    body: { group: manyItems(4).group, limit: COUNT },
    planned: COUNT / 4,
    skipped: {},
  },
  { what: 'the oldest', body: { filter: {} }, planned: 10_000, skipped: { 'over-limit': 90_000 } },
])(
  'of 100,000 dead letters $what are planned within a request',
  async ({ body, planned, skipped }) => {
    const startMs = performance.now();
    const answer = await api.post('redrives', body);
    expect(answer).toMatchObject({ status: 200, body: { planned, skipped } });
    expect(performance.now() - startMs).toBeLessThan(GATEWAY_MS);
  },
);
