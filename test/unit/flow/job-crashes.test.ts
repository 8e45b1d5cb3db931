import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CHUNK_MAX } from '../../../lib/decide/job-pace.ts';
import type { Job } from '../../../lib/model/job.ts';
import type { Crash } from '../../support/crashing.ts';
import { startJobFlow, type JobFlowOptions } from '../../support/job-flow.ts';

const crash: fc.Arbitrary<Crash> = fc.record({
  at: fc.integer({ min: 0, max: 80 }),
  when: fc.constantFrom<Crash['when']>('before', 'after', 'frozen'),
});
const life = fc.record({
  count: fc.integer({ min: 1, max: 30 }),
  ratePerSecond: fc.constantFrom(20, 100, 500),
  canary: fc.integer({ min: 1, max: 40 }),
  crashes: fc.array(crash, { minLength: 1, maxLength: 4 }),
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

const ONE_CHUNK = { ratePerSecond: 50, canary: 12, stopAtFailureRatio: 1 };
/** The larger one of these, at 50 a second. */
const CHUNK = 10;
const MOMENTS = ['before', 'after', 'frozen'] as const;

/** Runs a redrive of 12, in two chunks, that dies at each of its effects in turn. */
async function atEachEffect(
  when: Crash['when'],
  check: (flow: ReturnType<typeof startJobFlow>, ids: readonly string[], job: Job) => Promise<void>,
  onDeath: (flow: ReturnType<typeof startJobFlow>, job: Job) => Promise<unknown>,
  options: JobFlowOptions = {},
): Promise<number> {
  for (let at = 0; ; at++) {
    const flow = startJobFlow(options);
    const ids = await flow.plant(12);
    const job = await flow.start({ kind: 'filter', filter: {} }, ONE_CHUNK);
    let hasDied = false;
    await flow.work([{ at, when }], {}, async () => {
      hasDied = true;
      await onDeath(flow, job);
    });
    await check(flow, ids, job);
    if (!hasDied) return at;
  }
}

it.each(MOMENTS)(
  'a redrive that dies at each of its effects (%s) sends each, and claims none twice',
  async (when) => {
    let twice = 0;
    const effects = await atEachEffect(
      when,
      async (flow, ids, job) => {
        const sent = flow.copies.map(({ id }) => id);
        expect(new Set(sent)).toEqual(new Set(ids));
        // Of one chunk at most: whoever writes its sent mark first has the job, and the other one stops.
        expect(sent.length - ids.length).toBeLessThanOrEqual(CHUNK);
        twice += sent.length - ids.length;
        expect(await claimsOf(flow, ids, job)).toEqual(ids.map(() => 1));
        expect(await flow.job(job.id)).toMatchObject({
          state: 'done',
          progress: { sent: 12, resolved: 12, stale: 0 },
        });
      },
      async () => undefined,
      // No outcome tells the one that was frozen that others have gone on.
      when === 'frozen' ? { processingMs: 1_000 } : {},
    );
    expect(effects).toBeGreaterThan(25);
    expect(twice).toBeGreaterThan(0);
    // One that is dead has sent a chunk twice where it died between its publication and its sent mark: at two effects.
    if (when !== 'frozen') expect(twice).toBeLessThanOrEqual(2 * 12);
  },
  60_000,
);

it.each(['before', 'after'] as const)(
  'a redrive that dies at each of its effects (%s), and is called off then, leaves nothing claimed and unsent',
  async (when) => {
    await atEachEffect(
      when,
      async (flow, ids, job) => {
        expect(['cancelled', 'done']).toContain((await flow.job(job.id)).state);
        const items = await flow.items(ids);
        const sent = new Set(flow.copies.map(({ id }) => id));
        for (const { id, state, redriveCount } of items) {
          expect([id, state]).toEqual([id, sent.has(id) ? 'resolved' : 'open']);
          expect(redriveCount).toBe(sent.has(id) ? 1 : 0);
        }
      },
      (flow, job) => flow.cancel(job).catch((error: unknown) => error),
    );
  },
  60_000,
);

it.each(['before', 'after'] as const)(
  'and where the cause is still there, each that was sent tells its failure (%s), counted by the job or not',
  async (when) => {
    let inDoubt = 0;
    await atEachEffect(
      when,
      async (flow, ids, job) => {
        const { state, progress } = await flow.job(job.id);
        expect(['cancelled', 'done']).toContain(state);
        const { sent, failedAgain, resolved, stale } = progress;
        expect([resolved, stale, failedAgain]).toEqual([0, 0, sent]);
        const copies = new Set(flow.copies.map(({ id }) => id));
        inDoubt += copies.size - sent;
        for (const item of await flow.items(ids)) {
          expect(item.state).toBe('open');
          const told = item.history.filter(({ what }) => what === 'failed-again');
          const expected = copies.has(item.id) ? 1 : 0;
          expect([told.length, item.redriveCount]).toEqual([expected, expected]);
        }
      },
      (flow, job) => flow.cancel(job).catch((error: unknown) => error),
      { outcome: () => 'failed', processingMs: 1_000 },
    );
    // Where it died between the publication of a chunk and its sent mark.
    expect(inDoubt).toBeGreaterThan(0);
  },
  60_000,
);

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
