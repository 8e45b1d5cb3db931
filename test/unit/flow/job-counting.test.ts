import { describe, expect, it } from 'vitest';
import { isCounting, pendingOf } from '../../../lib/decide/job-count.ts';
import type { Job } from '../../../lib/model/job.ts';
import type { Crash } from '../../support/crashing.ts';
import { STALE_AFTER_MS, startJobFlow, type JobFlowOptions } from '../../support/job-flow.ts';

const EVERYTHING = { kind: 'filter', filter: {} } as const;
const SLOWLY = { ratePerSecond: 10, canary: 1_000, stopAtFailureRatio: 1 };
/** Longer than a slice works. */
const PROCESSING_MS = 30_000;

type Flow = ReturnType<typeof startJobFlow>;

/** A redrive of 40, called off after two seconds, whose outcomes come only then. */
async function calledOff(options: JobFlowOptions, crashes: readonly Crash[] = []) {
  const flow = startJobFlow({ processingMs: PROCESSING_MS, ...options });
  const ids = await flow.plant(40);
  const job = await flow.start(EVERYTHING, SLOWLY);
  /** As soon as it says that it has ended. */
  let atEnd: Job | undefined;
  const put: Flow['jobs']['put'] = async (next) => {
    const isWritten = await flow.jobs.put(next);
    if (isWritten && next.endedAtMs !== null) atEnd ??= next;
    return isWritten;
  };
  const called = flow.clock.sleep(2_000).then(() => flow.cancel(job));
  await flow.work(crashes, crashes.length === 0 ? { jobs: { ...flow.jobs, put } } : {});
  await flow.clock.run(called);
  return { flow, ids, job: await flow.job(job.id), atEnd };
}

const endLines = (flow: Flow) =>
  flow.lines().filter(({ message }) => /is cancelled$|has stopped|is done$/.test(message));

describe('a job that is called off', () => {
  it('is cancelled at once, and counts on until each that it has sent has ended', async () => {
    const { flow, ids, job, atEnd } = await calledOff({
      outcome: ({ origin }) => (origin.offset % 4 === 1 ? 'failed' : 'processed'),
    });
    const { sent, resolved, failedAgain } = job.progress;
    expect(atEnd).toMatchObject({ state: 'cancelled', progress: { sent, resolved: 0 } });
    expect((atEnd?.endedAtMs ?? 0) - (job.startedAtMs ?? 0)).toBeLessThan(4_000);
    expect(pendingOf(atEnd!)).toBe(sent);

    expect(sent).toBeGreaterThan(10);
    expect(sent).toBeLessThan(40);
    const states = (await flow.items(ids)).slice(0, sent).map(({ state }) => state);
    expect(resolved).toBe(states.filter((state) => state === 'resolved').length);
    expect(failedAgain).toBe(states.filter((state) => state === 'open').length);
    expect(failedAgain).toBeGreaterThan(0);
    expect(resolved + failedAgain).toBe(sent);
    expect([pendingOf(job), isCounting(job)]).toEqual([0, false]);
  });

  it('changes nothing but these counts: no copy, no claim, no second line, the same end and rate', async () => {
    const { flow, ids, job, atEnd } = await calledOff({});
    const { revision: _, progress, ...rest } = job;
    const { revision: __, progress: before, ...restBefore } = atEnd!;
    expect(rest).toEqual(restBefore);
    expect({ ...progress, ...outcomesOf(before) }).toEqual({ ...before, slice: progress.slice });
    expect(progress.resolved).toBe(before.sent);
    expect(flow.copies).toHaveLength(before.sent);
    const items = await flow.items(ids);
    expect(items.filter(({ redriveCount }) => redriveCount > 0)).toHaveLength(before.sent);
    expect(endLines(flow)).toMatchObject([
      { message: `Redrive ${job.id} is cancelled`, sent: before.sent, pending: before.sent },
    ]);
  });

  it('counts as stale what has no outcome, and is worked no longer then', async () => {
    const { flow, job } = await calledOff({ outcome: () => 'none', processingMs: 10 });
    const { sent, stale } = job.progress;
    expect(stale).toBe(sent);
    const lastMs = flow.copies.at(-1)?.atMs ?? 0;
    expect(flow.clock.nowMs() - lastMs).toBeLessThan(STALE_AFTER_MS + 10_000);
    const { length } = flow.jobRecords();
    await flow.clock.run(flow.startAgain(job));
    await flow.work();
    expect(flow.jobRecords()).toHaveLength(length);
    expect(await flow.job(job.id)).toEqual(job);
  });

  it('cannot be called off once more while it counts', async () => {
    const flow = startJobFlow({ processingMs: PROCESSING_MS });
    await flow.plant(40);
    const job = await flow.start(EVERYTHING, SLOWLY);
    const called = flow.clock.sleep(2_000).then(() => flow.cancel(job));
    const again = async () => {
      await flow.clock.sleep(10_000);
      const counts = isCounting(await flow.job(job.id));
      const refused = await flow.cancel(job).catch((error: unknown) => error);
      return { counts, refused };
    };
    const asked = again();
    await flow.work();
    await flow.clock.run(called);
    expect(await flow.clock.run(asked)).toMatchObject({
      counts: true,
      refused: { code: 'JOB_NOT_CANCELLABLE' },
    });
  });

  it('whose list is gone then has counted what it could', async () => {
    const flow = startJobFlow({ processingMs: PROCESSING_MS });
    await flow.plant(40);
    const job = await flow.start(EVERYTHING, SLOWLY);
    const called = flow.clock.sleep(2_000).then(() => flow.cancel(job));
    const ids: Flow['jobs']['ids'] = async (...args) =>
      isCounting(await flow.job(job.id)) ? [] : flow.jobs.ids(...args);
    await flow.work([], { jobs: { ...flow.jobs, ids } });
    await flow.clock.run(called);
    const ended = await flow.job(job.id);
    expect(ended).toMatchObject({ state: 'cancelled', progress: { resolved: 0 } });
    expect([pendingOf(ended), isCounting(ended)]).toEqual([0, false]);
  });

  it('of whose list a part is gone then keeps what it had counted', async () => {
    const flow = startJobFlow({
      outcome: ({ origin: { offset } }) => (offset ? 'processed' : 'none'),
    });
    await flow.plant(40);
    const job = await flow.start(EVERYTHING, SLOWLY);
    const called = flow.clock.sleep(2_000).then(() => flow.cancel(job));
    const ids: Flow['jobs']['ids'] = async (id, from, count) => {
      const isGone = isCounting(await flow.job(job.id));
      return flow.jobs.ids(id, from, isGone ? Math.max(0, 3 - from) : count);
    };
    await flow.work([], { jobs: { ...flow.jobs, ids } });
    await flow.clock.run(called);
    const { state, progress } = await flow.job(job.id);
    expect([state, progress.resolved]).toEqual(['cancelled', progress.sent - 1]);
    expect(progress.resolved).toBeGreaterThan(10);
    expect(isCounting({ state, progress })).toBe(false);
  });

  it('by a version that counted nothing from then on is counted on once its plan is started again', async () => {
    const flow = startJobFlow();
    const ids = await flow.plant(4);
    const job = await flow.start(EVERYTHING, { canary: 4 });
    await flow.work();
    const { progress, ...done } = await flow.job(job.id);
    const { before, ended, ...rest } = progress;
    const none = { resolved: 0, failedAgain: 0, stale: 0 };
    const revision = done.revision + 1;
    const nothing = { ...rest, ...none, before, ended: { ...ended, ...none, position: 0 } };
    await flow.jobs.put({ ...done, revision, state: 'cancelled', progress: nothing });
    expect(pendingOf(await flow.job(job.id))).toBe(4);

    await flow.clock.run(flow.startAgain(job));
    await flow.work();
    const counted = await flow.job(job.id);
    expect(counted).toMatchObject({ state: 'cancelled', progress: { resolved: 4 } });
    expect([pendingOf(counted), flow.copies.length]).toEqual([0, ids.length]);
  });

  it.each(['before', 'after'] as const)(
    'counts each that it has sent, wherever it dies (%s) on the way',
    async (when) => {
      for (let at = 0; at < 200; at += 13) {
        const { flow, ids, job } = await calledOff({}, [{ at, when }]);
        expect(job.state).toBe('cancelled');
        const { sent, resolved } = job.progress;
        expect([resolved, pendingOf(job), isCounting(job)]).toEqual([sent, 0, false]);
        expect(endLines(flow).length).toBeLessThanOrEqual(1);
        const items = await flow.items(ids);
        expect(items.filter(({ state }) => state === 'redriving')).toEqual([]);
      }
    },
    60_000,
  );
});

it('a redrive that stops by itself counts on what is on its way', async () => {
  const flow = startJobFlow({
    outcome: ({ origin }) => (origin.offset < 3 ? 'failed' : 'none'),
  });
  await flow.plant(20);
  const job = await flow.start(EVERYTHING, { canary: 5 });
  await flow.work();
  const stopped = await flow.job(job.id);
  expect(stopped).toMatchObject({ state: 'stopped', progress: { failedAgain: 3, stale: 2 } });
  const tookMs = (stopped.endedAtMs ?? 0) - (stopped.startedAtMs ?? 0);
  expect(tookMs).toBeLessThan(STALE_AFTER_MS / 2);
  expect(endLines(flow)).toMatchObject([{ level: 'WARN', failedAgain: 3, stale: 0, pending: 2 }]);
});

function outcomesOf({ resolved, failedAgain, stale, ended }: Job['progress']) {
  return { resolved, failedAgain, stale, ended };
}
