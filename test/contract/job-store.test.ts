import { QueryCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJobStore } from '../../lib/effect/dynamodb/job-store.ts';
import { JOB_KINDS, type Job } from '../../lib/model/job.ts';
import type { JobPosition, JobStore } from '../../lib/ports/job-store.ts';
import { idOf } from '../support/dead-letter-items.ts';
import { plannedJob, startedJob } from '../support/jobs.ts';
import { createMemoryJobStore } from '../support/memory-job-store.ts';
import { loaderOf, NOBODY, ownTable, testClient } from '../support/test-tables.ts';

/** Ids of dead letters; none is like another. */
const MANY = Array.from({ length: 100_000 }, (_, at) => `${at}`.padStart(8, '0').repeat(4));

let client: DynamoDBClient;
beforeAll(() => {
  client = testClient();
});
afterAll(() => client.destroy());

async function inDynamoDb(): Promise<JobStore> {
  return createJobStore({ table: await ownTable('jobsTable'), load: loaderOf(client) });
}

async function inMemory(): Promise<JobStore> {
  return createMemoryJobStore();
}

const PLACES: [string, () => Promise<JobStore>][] = [
  ['in DynamoDB', inDynamoDb],
  ['in memory', inMemory],
];

async function listAll(store: JobStore, kind: Job['kind'], limit: number) {
  const jobs: Job[] = [];
  let position: JobPosition | null = null;
  do {
    const page = await store.list(kind, limit, position);
    jobs.push(...page.jobs);
    position = page.next;
  } while (position !== null);
  return jobs;
}

/** Makes a plan and starts it. */
async function start(store: JobStore, over: Partial<Job>): Promise<Job> {
  await store.create(plannedJob(over), [idOf(1)]);
  const started = startedJob(over);
  expect(await store.put(started)).toBe(true);
  return started;
}

describe.each(PLACES)('a job %s', (_where, open) => {
  it('that was created is there at once, as it was', async () => {
    const store = await open();
    const job = plannedJob({
      selection: { kind: 'ids', ids: MANY.slice(0, 1_000) },
      groups: MANY.slice(0, 100).map((group) => ({ group, title: 'é'.repeat(200), count: 1 })),
    });
    expect(await store.get(job.id)).toBeUndefined();
    await store.create(job, [idOf(1)]);
    expect(await store.get(job.id)).toEqual(job);
  });

  it('is put only on the revision that is stored', async () => {
    const store = await open();
    expect(await store.put(startedJob())).toBe(false);
    expect(await store.get('job-1')).toBeUndefined();
    await store.create(plannedJob(), []);
    expect(await store.put(startedJob({ revision: 1 }))).toBe(false);
    expect(await store.put(startedJob({ revision: 3 }))).toBe(false);
    expect(await store.get('job-1')).toEqual(plannedJob());
    expect(await store.put(startedJob())).toBe(true);
    expect(await store.put(startedJob())).toBe(false);
    expect(await store.get('job-1')).toEqual(startedJob());
  });

  it('is taken over by exactly one of many', async () => {
    const store = await open();
    await store.create(plannedJob(), []);
    const slices = Array.from({ length: 20 }, (_, at) => `slice-${at}`);
    const take = (slice: string) =>
      store.put(startedJob({ progress: { ...plannedJob().progress, slice } }));
    const won = await Promise.all(slices.map(take));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect((await store.get('job-1'))?.progress.slice).toBe(slices[won.indexOf(true)]);
  });

  it('that is created again stays as it is meanwhile', async () => {
    const store = await open();
    await store.create(plannedJob(), [idOf(1)]);
    await store.put(startedJob());
    await store.create(plannedJob(), [idOf(1)]);
    expect(await store.get('job-1')).toEqual(startedJob());
  });
});

describe.each(PLACES)('the frozen list %s', (_where, open) => {
  it.each([0, 1, 999, 1_000, 1_001, 10_000, 100_000])(
    'of %i comes back in its order',
    async (length) => {
      const store = await open();
      await store.create(plannedJob({ planned: length }), MANY.slice(0, length));
      const found: string[] = [];
      for (let at = 0; at <= length; at += 10_000)
        found.push(...(await store.ids('job-1', at, 10_000)));
      expect(found).toEqual(MANY.slice(0, length));
      expect(await store.ids('job-1', length, 10)).toEqual([]);
      expect(await store.ids('job-1', length + 5_000, 10)).toEqual([]);
    },
  );

  it('can be read from anywhere, any number', async () => {
    const store = await open();
    const list = MANY.slice(0, 4_321);
    await store.create(plannedJob({ planned: list.length }), list);
    await store.create(plannedJob({ id: 'job-10' }), MANY.slice(5_000, 6_000));
    const near = fc.constantFrom(0, 1, 999, 1_000, 1_001, 1_999, 2_000, 4_000, 4_320, 4_321, 9_999);
    const position = fc.oneof(near, fc.nat(5_000));
    const count = fc.oneof(near, fc.nat(5_000));
    await fc.assert(
      fc.asyncProperty(position, count, async (from, length) => {
        expect(await store.ids('job-1', from, length)).toEqual(list.slice(from, from + length));
      }),
      { numRuns: 60 },
    );
  });

  it('is empty where there is no such job', async () => {
    expect(await (await open()).ids('nobody', 0, 10)).toEqual([]);
  });
});

describe.each(PLACES)('the list of jobs %s', (_where, open) => {
  it('holds those of one kind that were started, the newest first, page by page', async () => {
    const made = fc.uniqueArray(
      fc.record({
        id: fc.nat(99).map((at) => `job-${at}`),
        kind: fc.constantFrom(...JOB_KINDS.slice(0, 2)),
        createdAtMs: fc.integer({ min: 98, max: 102 }),
        isStarted: fc.boolean(),
      }),
      { selector: ({ id }) => id, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(made, fc.integer({ min: 1, max: 4 }), async (all, limit) => {
        const store = await open();
        for (const { isStarted, ...job } of all) {
          if (isStarted) await start(store, job);
          else await store.create(plannedJob(job), []);
        }
        const expected = all
          .filter(({ isStarted, kind }) => isStarted && kind === 'redrive')
          .toSorted((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1))
          .map(({ id, kind, createdAtMs }) => startedJob({ id, kind, createdAtMs }));
        expect(await listAll(store, 'redrive', limit)).toEqual(expected);
      }),
      { numRuns: 12 },
    );
  });

  it('shows a job as it is now', async () => {
    const store = await open();
    const job = await start(store, {});
    const done: Job = { ...job, revision: 3, state: 'done', endedAtMs: job.createdAtMs + 9_000 };
    await store.put(done);
    expect(await store.list('redrive', 10, null)).toEqual({ jobs: [done], next: null });
  });

  it('goes on from a position that is no longer there', async () => {
    const store = await open();
    const older = await start(store, { id: 'job-1', createdAtMs: 1_000 });
    await start(store, { id: 'job-3', createdAtMs: 3_000 });
    const page = await store.list('redrive', 10, { createdAtMs: 2_000, id: 'gone' });
    expect(page).toEqual({ jobs: [older], next: null });
  });
});

describe('in DynamoDB', () => {
  const rowsOf = async (table: string) => {
    const query = new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'job = :job',
      ExpressionAttributeValues: { ':job': { S: 'job-1' } },
    });
    return (await client.send(query)).Items ?? [];
  };

  it('every row of a job tells when it may be forgotten, its list later than any job can last', async () => {
    const table = await ownTable('jobsTable');
    const store = createJobStore({ table, load: loaderOf(client) });
    await store.create(plannedJob(), MANY.slice(0, 1_500));
    const expiries = async () =>
      (await rowsOf(table)).map(({ row, expiresAt }) => [row?.S, Number(expiresAt?.N)]);
    const days = (count: number) => 1_767_312_011 + count * 86_400;
    const chunks = [
      ['ids#000000', days(60)],
      ['ids#000001', days(60)],
    ];
    expect(await expiries()).toEqual([...chunks, ['job', days(0)]]);
    await store.put(startedJob({ expiresAtMs: days(30) * 1000 }));
    expect(await expiries()).toEqual([...chunks, ['job', days(30)]]);
  });

  it('a job is there only once its whole list is', async () => {
    const table = await ownTable('jobsTable');
    const sdk = await import('@aws-sdk/client-dynamodb');
    const real = testClient();
    let seen: unknown[] = [];
    // Looks at the table after each request, as somebody else would.
    real.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args);
        const rows = await rowsOf(table);
        seen.push(rows.map(({ row }) => row?.S));
        return answer;
      },
      { step: 'initialize' },
    );
    const store = createJobStore({ table, load: async () => ({ sdk, client: real }) });
    await store.create(plannedJob(), MANY.slice(0, 30_000));
    real.destroy();
    const rows = (count: number) =>
      Array.from({ length: count }, (_, chunk) => `ids#${`${chunk}`.padStart(6, '0')}`);
    expect(seen).toEqual([rows(25), rows(30), [...rows(30), 'job']]);
  });

  it('what a busy table leaves out of a batch is asked for again', async () => {
    const table = await ownTable('jobsTable');
    const busy = testClient();
    const asked: number[] = [];
    busy.middlewareStack.add(
      (next) => async (args) => {
        const { RequestItems } = args.input as { RequestItems?: Record<string, unknown[]> };
        const puts = RequestItems?.[table];
        if (puts === undefined) return next(args);
        asked.push(puts.length);
        const taken = Math.max(1, Math.floor(puts.length / 2));
        const input = { ...args.input, RequestItems: { [table]: puts.slice(0, taken) } };
        const answer = await next({ ...args, input });
        const left = puts.slice(taken);
        const UnprocessedItems = left.length > 0 ? { [table]: left } : {};
        return { ...answer, output: { ...answer.output, UnprocessedItems } };
      },
      { step: 'initialize' },
    );
    const store = createJobStore({ table, load: loaderOf(busy) });
    await store.create(plannedJob(), MANY.slice(0, 10_000));
    busy.destroy();
    expect(asked).toEqual([10, 5, 3, 2, 1]);
    expect(await store.ids('job-1', 0, 10_000)).toEqual(MANY.slice(0, 10_000));
  });

  it('what is not the id of a dead letter is refused before anything is written', async () => {
    const table = await ownTable('jobsTable');
    const store = createJobStore({ table, load: loaderOf(client) });
    const create = store.create(plannedJob(), [idOf(1), 'id-2']);
    await expect(create).rejects.toThrow(new RangeError('id-2 is not the id of a dead letter'));
    expect(await rowsOf(table)).toEqual([]);
  });

  it('a store that does not answer is STORE_UNAVAILABLE, for every call', async () => {
    const dead = testClient(NOBODY);
    const store = createJobStore({ table: 'jobs', load: loaderOf(dead) });
    const code = { code: 'STORE_UNAVAILABLE', message: expect.stringContaining('table jobs') };
    await expect(store.create(plannedJob(), [])).rejects.toMatchObject(code);
    await expect(store.create(plannedJob(), [idOf(1)])).rejects.toMatchObject(code);
    await expect(store.get('job-1')).rejects.toMatchObject(code);
    await expect(store.put(startedJob())).rejects.toMatchObject(code);
    await expect(store.ids('job-1', 0, 10)).rejects.toMatchObject(code);
    await expect(store.list('redrive', 10, null)).rejects.toMatchObject(code);
  });
});
