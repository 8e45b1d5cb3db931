import { expect, it } from 'vitest';
import type { Crash } from '../../support/crashing.ts';
import { STALE_AFTER_MS, startJobFlow } from '../../support/job-flow.ts';

const EVERYTHING = { kind: 'filter', filter: {} } as const;

/** Two purges of the same three, the first of which may die; their events come when both have asked. */
async function twoPurges(crashes: readonly Crash[]) {
  const flow = startJobFlow({ processingMs: 25_000 });
  const ids = await flow.plant(3);
  await flow.start(EVERYTHING, { kind: 'discard' });
  await flow.work();
  const one = await flow.start(EVERYTHING, { kind: 'purge' });
  const two = await flow.start(EVERYTHING, { kind: 'purge' });
  const startMs = flow.clock.nowMs();
  await flow.work(crashes);
  const jobs = [await flow.job(one.id), await flow.job(two.id)];
  return { flow, ids, jobs, startMs };
}

it('two purges of the same dead letters both end, each with what it has asked for', async () => {
  const { flow, ids, jobs, startMs } = await twoPurges([]);
  for (const { state, progress, endedAtMs } of jobs) {
    expect(state).toBe('done');
    expect(progress).toMatchObject({ sent: 3, resolved: 3, stale: 0, skipped: {} });
    expect((endedAtMs ?? 0) - startMs).toBeLessThan(STALE_AFTER_MS);
  }
  for (const { state, history } of await flow.items(ids)) {
    expect(state).toBe('purged');
    const [first, second, last] = history.slice(-3);
    expect([first?.what, second?.what, last?.what]).toEqual([
      'purge-claimed',
      'purge-claimed',
      'purged',
    ]);
    expect([first?.jobId, second?.jobId]).toEqual(jobs.map(({ id }) => id));
    // The event of the first one was there first.
    expect(last).toMatchObject({ jobId: jobs[0]?.id, by: 'local' });
  }
  expect(flow.groups.groups()).toMatchObject([{ counts: { discarded: 0, purging: 0, purged: 3 } }]);
});

it.each(['before', 'after'] as const)(
  'and neither hangs, nor counts wrongly, wherever the first one dies (%s)',
  async (when) => {
    for (let at = 0; at < 24; at++) {
      const { flow, ids, jobs } = await twoPurges([{ at, when }]);
      for (const { state, progress } of jobs) {
        expect([at, state]).toEqual([at, 'done']);
        const { sent, resolved, stale, skipped } = progress;
        const left = Object.values(skipped).reduce((sum, count) => sum + count, 0);
        expect([at, sent + left, resolved, stale]).toEqual([at, 3, sent, 0]);
      }
      expect((await flow.items(ids)).map(({ state }) => state)).toEqual(ids.map(() => 'purged'));
    }
  },
  60_000,
);
