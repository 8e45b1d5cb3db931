import { describe, expect, it } from 'vitest';
import { getJob } from '../../../lib/flow/describe-job.ts';
import { planJob } from '../../../lib/flow/plan-job.ts';
import { startJob } from '../../../lib/flow/start-job.ts';
import { cancelJob } from '../../../lib/flow/cancel-job.ts';
import { JOBS, SETTINGS, startJobFlow } from '../../support/job-flow.ts';

const request = {
  kind: 'redrive',
  selection: { kind: 'filter', filter: {} },
  settings: SETTINGS,
} as const;
type Flow = ReturnType<typeof startJobFlow>;

const plan = (flow: Flow) =>
  flow.clock.run(
    planJob({ ...request, by: 'ann', deadlineMs: flow.clock.nowMs() + 7_000 }, flow.deps),
  );
const start = (flow: Flow, planId: string, kind: 'redrive' | 'purge' = 'redrive') =>
  flow.clock.run(
    startJob(
      { planId, kind, reason: 'fixed', by: 'bob', deadlineMs: flow.clock.nowMs() + 7_000 },
      flow.deps,
    ),
  );
const cancel = (flow: Flow, id: string, kind: 'redrive' | 'purge' = 'redrive') =>
  flow.clock.run(cancelJob(id, kind, 'eve', flow.clock.nowMs() + 7_000, flow.deps));

const soon = (flow: Flow) => flow.clock.nowMs() + 7_000;

/** The first write is done, and its answer lost: the client's second try finds that somebody was first. */
function refusedOnce({ jobs }: Flow): Flow['jobs'] {
  let isFirst = true;
  const put: Flow['jobs']['put'] = async (job) => {
    const isWritten = await jobs.put(job);
    if (!isFirst) return isWritten;
    isFirst = false;
    return false;
  };
  return { ...jobs, put };
}

describe('a start', () => {
  it('makes a plan a job: by whom, why and when, and a record that has it worked on', async () => {
    const flow = startJobFlow();
    await flow.plant(2);
    const planned = await plan(flow);
    const job = await start(flow, planned.id);
    expect(job).toMatchObject({
      id: planned.id,
      state: 'running',
      by: 'bob',
      reason: 'fixed',
      startedAtMs: flow.clock.nowMs(),
      planned: 2,
    });
    expect(job.expiresAtMs).toBeGreaterThan(planned.expiresAtMs);
    expect(flow.jobRecords()).toEqual([{ jobId: job.id }]);
  });

  it('of the same plan twice, at once or one after the other, is one job', async () => {
    const flow = startJobFlow();
    const ids = await flow.plant(3);
    const { id } = await plan(flow);
    const both = await Promise.all([start(flow, id), start(flow, id)]);
    expect(both.map((job) => [job.id, job.state])).toEqual([
      [id, 'running'],
      [id, 'running'],
    ]);
    await flow.work();
    expect(flow.copies).toHaveLength(ids.length);
    const again = await start(flow, id);
    expect(again).toMatchObject({ id, state: 'done' });
    await flow.work();
    expect(flow.copies).toHaveLength(ids.length);
  });

  it('of a plan that is over a day old, of another kind or of none, finds nothing', async () => {
    const flow = startJobFlow();
    const { id } = await plan(flow);
    await expect(start(flow, id, 'purge')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    await expect(start(flow, 'nothing')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    await flow.clock.run(flow.clock.sleep(86_400_000));
    await expect(start(flow, id)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    expect(flow.jobRecords()).toEqual([]);
  });

  it('without an acknowledgement says so with the id; once more it is the same job, and is worked', async () => {
    const flow = startJobFlow();
    await flow.plant(2);
    flow.publisher.hide(JOBS);
    const deadlineMs = flow.clock.nowMs() + 7_000;
    const starting = startJob({ request, reason: 'fixed', by: 'bob', deadlineMs }, flow.deps);
    await expect(flow.clock.run(starting)).rejects.toMatchObject({
      code: 'PUBLISH_NOT_ACKNOWLEDGED',
      message: expect.stringContaining('job-1'),
    });
    flow.publisher.show(JOBS);
    expect(await start(flow, 'job-1')).toMatchObject({ id: 'job-1', by: 'bob' });
    await flow.work();
    expect(await flow.job('job-1')).toMatchObject({ state: 'done', progress: { resolved: 2 } });
  });

  it('tells of brokers that do not answer within 7 s, however long a plan may take', async () => {
    const flow = startJobFlow();
    await flow.plant(2);
    flow.publisher.hide(JOBS);
    const fromMs = flow.clock.nowMs();
    const deadlines: number[] = [];
    const publisher: Flow['deps']['publisher'] = {
      ...flow.publisher,
      publish: (records, options) => {
        deadlines.push(options.deadlineMs - fromMs);
        return flow.publisher.publish(records, options);
      },
    };
    const late = { request, reason: 'fixed', by: 'bob', deadlineMs: fromMs + 25_000 };
    const starting = startJob(late, { ...flow.deps, publisher });
    await expect(flow.clock.run(starting)).rejects.toMatchObject({
      code: 'PUBLISH_NOT_ACKNOWLEDGED',
    });
    expect(deadlines).toEqual([7_000]);
  });

  it('whose write was not answered is told once, and is one job', async () => {
    const flow = startJobFlow();
    await flow.plant(1);
    const { id } = await plan(flow);
    flow.lines();
    const started = await flow.clock.run(
      startJob(
        { planId: id, kind: 'redrive', reason: 'fixed', by: 'bob', deadlineMs: soon(flow) },
        { ...flow.deps, jobs: refusedOnce(flow) },
      ),
    );
    expect(started).toMatchObject({ state: 'running', revision: 2 });
    expect(flow.lines().map(({ message }) => message)).toEqual([
      `Redrive ${id} is started: 1 dead letters, 100 a second`,
    ]);
  });

  it('of an empty list is done at once', async () => {
    const flow = startJobFlow();
    const { id } = await plan(flow);
    await start(flow, id);
    await flow.work();
    expect(await flow.job(id)).toMatchObject({ state: 'done', planned: 0 });
  });
});

describe('calling off', () => {
  it('a plan ends it: it can be started no more', async () => {
    const flow = startJobFlow();
    await flow.plant(1);
    const { id } = await plan(flow);
    expect(await cancel(flow, id)).toMatchObject({ state: 'cancelled', cancelledBy: 'eve' });
    expect(await start(flow, id)).toMatchObject({ state: 'cancelled' });
    expect(flow.jobRecords()).toEqual([]);
  });

  it('what is being called off is no mistake; what has ended cannot be called off', async () => {
    const flow = startJobFlow();
    await flow.plant(1);
    const { id } = await plan(flow);
    await start(flow, id);
    expect(await cancel(flow, id)).toMatchObject({ state: 'cancelling' });
    expect(await cancel(flow, id)).toMatchObject({ state: 'cancelling' });
    await flow.work();
    await expect(cancel(flow, id)).rejects.toMatchObject({
      code: 'JOB_NOT_CANCELLABLE',
      message: `The redrive ${id} has ended already (cancelled): nothing is left to call off`,
    });
  });

  it('whose write was not answered is told once', async () => {
    const flow = startJobFlow();
    await flow.plant(1);
    const { id } = await plan(flow);
    await start(flow, id);
    flow.lines();
    const calling = cancelJob(id, 'redrive', 'eve', soon(flow), {
      ...flow.deps,
      jobs: refusedOnce(flow),
    });
    expect(await flow.clock.run(calling)).toMatchObject({ state: 'cancelling' });
    expect(flow.lines()).toMatchObject([{ message: `Redrive ${id} is called off`, by: 'eve' }]);
  });

  it('a job of another kind, or of none, finds nothing', async () => {
    const flow = startJobFlow();
    const { id } = await plan(flow);
    await expect(cancel(flow, id, 'purge')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    await expect(cancel(flow, 'nothing')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    await expect(getJob(id, 'purge', flow.deps)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });
});
