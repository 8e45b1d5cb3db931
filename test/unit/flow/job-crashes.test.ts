import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CHUNK_MAX } from '../../../lib/decide/job-pace.ts';
import type { Job } from '../../../lib/model/job.ts';
import type { Crash } from '../../support/crashing.ts';
import { startJobFlow } from '../../support/job-flow.ts';

const crash: fc.Arbitrary<Crash> = fc.record({
  at: fc.integer({ min: 0, max: 250 }),
  when: fc.constantFrom<Crash['when']>('before', 'after', 'frozen'),
});
const life = fc.record({
  count: fc.integer({ min: 1, max: 40 }),
  ratePerSecond: fc.constantFrom(20, 100, 500),
  canary: fc.integer({ min: 1, max: 40 }),
  crashes: fc.array(crash, { maxLength: 4 }),
  /** What fails again, by number. */
  failing: fc.constantFrom(0, 3, 7),
});

/** Claims of a job in the history of each. */
async function claimsOf(
  flow: ReturnType<typeof startJobFlow>,
  ids: readonly string[],
  { id }: Job,
): Promise<number[]> {
  const items = new Map((await flow.items(ids)).map((item) => [item.id, item]));
  return ids.map(
    (one) =>
      items.get(one)?.history.filter(({ what, jobId }) => what === 'claimed' && jobId === id)
        .length ?? 0,
  );
}

it('a redrive that dies at any of its effects, again and again, sends each at least once and claims none twice', async () => {
  const property = fc.asyncProperty(life, async ({ count, crashes, failing, ...settings }) => {
    const flow = startJobFlow({
      outcome: ({ origin }) =>
        failing > 0 && origin.offset % failing === 1 ? 'failed' : 'processed',
    });
    const ids = await flow.plant(count);
    const selection = { kind: 'filter', filter: {} } as const;
    const job = await flow.start(selection, { ...settings, stopAtFailureRatio: 1 });
    await flow.work(crashes);

    const ended = await flow.job(job.id);
    const copies = Map.groupBy(flow.copies, ({ id }) => id);
    const isStopped = ended.state === 'stopped';
    // A canary of one that fails again stops it, whatever the ratio is.
    if (!isStopped) {
      expect(ended.state).toBe('done');
      expect(ids.filter((id) => !copies.has(id))).toEqual([]);
      expect(ended.progress).toMatchObject({ position: count, sent: count, skipped: {} });
      const { resolved, failedAgain, stale } = ended.progress;
      expect([resolved + failedAgain, stale]).toEqual([count, 0]);
    }
    const sent = new Set(copies.keys());
    expect(await claimsOf(flow, ids, job)).toEqual(ids.map((id) => (sent.has(id) ? 1 : 0)));
    for (const { state } of flow.copies) expect(state.redrive).toEqual({ id: job.id, count: 1 });
    const twice = flow.copies.length - sent.size;
    expect(twice).toBeLessThanOrEqual(crashes.length * CHUNK_MAX);
    if (crashes.length === 0) expect(twice).toBe(0);
    const items = await flow.items(ids);
    expect(items.filter(({ state }) => state === 'redriving')).toEqual([]);
  });
  await fc.assert(property, { numRuns: 40 });
}, 60_000);

it('a redrive that is called off at any moment, while it dies at any of its effects, leaves nothing claimed and unsent', async () => {
  const cancelled = fc.tuple(life, fc.integer({ min: 0, max: 1_500 }));
  const property = fc.asyncProperty(
    cancelled,
    async ([{ count, crashes, ...settings }, afterMs]) => {
      const flow = startJobFlow();
      const ids = await flow.plant(count);
      const { failing: _, ...rest } = settings;
      const job = await flow.start({ kind: 'filter', filter: {} }, rest);
      const cancel = flow.clock
        .sleep(afterMs)
        .then(() => flow.cancel(job))
        .catch((error: unknown) => error);
      await flow.work(crashes);
      await flow.clock.run(cancel);
      await flow.work();

      const ended = await flow.job(job.id);
      expect(['cancelled', 'done']).toContain(ended.state);
      const items = await flow.items(ids);
      expect(items.filter(({ state }) => state === 'redriving')).toEqual([]);
      const sent = new Set(flow.copies.map(({ id }) => id));
      // A claim that was sent and whose sent mark was lost is open for a moment; its outcome resolves it.
      expect(items.filter(({ id, state }) => (state === 'resolved') !== sent.has(id))).toEqual([]);
      const claims = await claimsOf(flow, ids, job);
      expect(claims.filter((count) => count > 1)).toEqual([]);
      const left = items.filter(({ state }) => state === 'open');
      expect(left.filter(({ redriveCount }) => redriveCount !== 0)).toEqual([]);
    },
  );
  await fc.assert(property, { numRuns: 40 });
}, 60_000);
