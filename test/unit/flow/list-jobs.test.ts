import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pageOfJobs } from '../../../lib/flow/list-jobs.ts';
import type { Job } from '../../../lib/model/job.ts';
import { idOf } from '../../support/dead-letter-items.ts';
import { plannedJob, startedJob } from '../../support/jobs.ts';
import { createMemoryJobStore } from '../../support/memory-job-store.ts';

async function storeOf(all: readonly Job[]) {
  const jobs = createMemoryJobStore();
  for (const job of all) await jobs.create(job, []);
  return { jobs };
}

async function readAll(limit: number, deps: Awaited<ReturnType<typeof storeOf>>) {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await pageOfJobs('redrive', { limit, ...(cursor ? { cursor } : {}) }, deps);
    pages.push(page.jobs.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && pages.length < 200);
  return pages;
}

it('pages hold every started job of the kind once, the newest first', async () => {
  const jobs = fc.uniqueArray(
    fc.record({
      id: fc.nat(1000).map((n) => `job-${n}`),
      kind: fc.constantFrom('redrive' as const, 'purge' as const),
      createdAtMs: fc.integer({ min: 1000, max: 1005 }),
      isStarted: fc.boolean(),
    }),
    { selector: ({ id }) => id, maxLength: 30 },
  );
  await fc.assert(
    fc.asyncProperty(jobs, fc.integer({ min: 1, max: 7 }), async (made, limit) => {
      const all = made.map(({ isStarted, ...over }) =>
        isStarted ? startedJob(over) : plannedJob(over),
      );
      const pages = await readAll(limit, await storeOf(all));

      const wanted = all
        .filter(({ kind, startedAtMs }) => kind === 'redrive' && startedAtMs !== null)
        .toSorted((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1));
      expect(pages.flat()).toEqual(wanted.map(({ id }) => id));
      expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(limit);
    }),
  );
});

it('a page ends where Lambda’s answer is full, and the next goes on there', async () => {
  // Names of groups are bounded elsewhere: here they only have to be long.
  const groups = Array.from({ length: 50 }, (_, n) => ({
    group: idOf(n).slice(0, 16),
    title: '"'.repeat(1000),
    count: 1,
  }));
  const all = Array.from({ length: 100 }, (_, n) => startedJob({ id: `job-${n}`, groups }));
  const deps = await storeOf(all);

  const first = await pageOfJobs('redrive', { limit: 100 }, deps);
  const body = JSON.stringify({ success: true, ...first });

  expect(first.jobs.length).toBeLessThan(100);
  expect(Buffer.byteLength(JSON.stringify({ body }))).toBeLessThan(6 * 1024 * 1024);
  expect((await readAll(100, deps)).flat()).toHaveLength(100);
});

it('refuses the cursor of another kind', async () => {
  const deps = await storeOf([startedJob({ id: 'a' }), startedJob({ id: 'b' })]);
  const { nextCursor } = await pageOfJobs('redrive', { limit: 1 }, deps);

  await expect(pageOfJobs('purge', { cursor: nextCursor ?? '' }, deps)).rejects.toMatchObject({
    code: 'CURSOR_INVALID',
  });
});
