import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { writeItems } from '../../bench/index-items.ts';
import { createDeadLetterIndex } from '../../lib/effect/dynamodb/dead-letter-index.ts';
import { createGroupStore } from '../../lib/effect/dynamodb/group-store.ts';
import { createJobStore } from '../../lib/effect/dynamodb/job-store.ts';
import { systemClock } from '../../lib/effect/system-clock.ts';
import { planJob } from '../../lib/flow/plan-job.ts';
import type { DeadLetterFilter } from '../../lib/model/job.ts';
import { manyItems } from '../support/many-items.ts';
import { loaderOf, ownTable, testClient } from '../support/test-tables.ts';

const COUNT = 10_000;
/** Where they lie is by chance, so the oldest of all are of every shard. */
const { items, oldestFirst, group } = manyItems(COUNT);

let client: DynamoDBClient;
beforeAll(() => {
  client = testClient();
});
afterAll(() => client.destroy());

it('a plan of many holds exactly what its filter finds, in order, and counts exactly what is over its limit', async () => {
  const load = loaderOf(client);
  const table = await ownTable('deadLettersTable');
  const jobs = createJobStore({ table: await ownTable('jobsTable'), load });
  const deps = {
    index: createDeadLetterIndex({ table, load }),
    groups: createGroupStore({ table: await ownTable('groupsTable'), load }),
    jobs,
    clock: systemClock,
    newId: randomUUID,
    redrivesMax: 3,
  };
  await writeItems(inject('dynamodbEndpoint'), table, items);
  const planned = async (filter: DeadLetterFilter, limit: number) => {
    const settings = { ratePerSecond: 50, canary: 1, stopAtFailureRatio: 0.2, limit, force: false };
    const selection = { kind: 'filter', filter } as const;
    const deadlineMs = Date.now() + 25_000;
    const request = { kind: 'redrive', selection, settings, by: 'ann', deadlineMs } as const;
    const job = await planJob(request, deps);
    return { job, ids: await jobs.ids(job.id, 0, COUNT) };
  };

  const all = await planned({}, COUNT);
  expect(all.job).toMatchObject({ planned: COUNT, skippedByPlan: {} });
  expect(all.ids).toEqual(oldestFirst);
  const first = await planned({}, 1_234);
  expect(first.job).toMatchObject({ planned: 1_234, skippedByPlan: { 'over-limit': 8_766 } });
  expect(first.ids).toEqual(oldestFirst.slice(0, 1_234));
  const ofGroup = await planned({ group }, 100);
  expect(ofGroup.job).toMatchObject({ planned: 100, skippedByPlan: { 'over-limit': 2_400 } });
  const ids = new Set(items.filter((item) => item.group === group).map(({ id }) => id));
  expect(ofGroup.ids).toEqual(oldestFirst.filter((id) => ids.has(id)).slice(0, 100));
});
