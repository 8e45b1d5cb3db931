import { expect, it } from 'vitest';
import { LOOKED_AT_MAX, planJob, type JobRequest } from '../../../lib/flow/plan-job.ts';
import { AppError } from '../../../lib/model/errors.ts';
import { deadLetterItem, idOf } from '../../support/dead-letter-items.ts';
import { SETTINGS, startJobFlow } from '../../support/job-flow.ts';

const EVERYTHING = { kind: 'filter', filter: {} } as const;
type Flow = ReturnType<typeof startJobFlow>;

function plan(flow: Flow, over: Partial<JobRequest> = {}) {
  const deadlineMs = flow.clock.nowMs() + 7_000;
  const request = {
    kind: 'redrive',
    selection: EVERYTHING,
    settings: SETTINGS,
    by: 'ann',
  } as const;
  return flow.clock.run(planJob({ ...request, deadlineMs, ...over }, flow.deps));
}

async function put(flow: Flow, count: number, over = {}): Promise<void> {
  for (let number = 0; number < count; number++) {
    const item = deadLetterItem({
      id: idOf(number),
      arrivedAtMs: 1_000 + number,
      originalOffset: number,
      ...over,
    });
    await flow.clock.run(flow.index.put(item, 0));
  }
}

it('freezes what a filter finds, changes nothing, and can be started for a day', async () => {
  const flow = startJobFlow();
  const ids = await flow.plant(5);
  const before = await flow.items(ids);
  const job = await plan(flow);
  expect(job).toMatchObject({
    state: 'planned',
    kind: 'redrive',
    by: 'ann',
    reason: null,
    planned: 5,
    skippedByPlan: {},
    groups: [{ title: 'ValueError: Simulated processing failure', count: 5 }],
    expiresAtMs: job.createdAtMs + 86_400_000,
  });
  expect(await flow.jobs.ids(job.id, 0, 10)).toEqual(ids);
  expect(await flow.items(ids)).toEqual(before);
  expect(await flow.jobs.get(job.id)).toEqual(job);
  // What comes later is not in it.
  await flow.plant(1);
  expect(await flow.jobs.ids(job.id, 0, 10)).toEqual(ids);
});

it('takes ids as they are named, each once, and says which it does not know', async () => {
  const flow = startJobFlow();
  const ids = await flow.plant(250);
  const strange = idOf('strange');
  const selection = { kind: 'ids', ids: [...ids, ids[0] ?? '', strange] } as const;
  const job = await plan(flow, { selection });
  expect(job).toMatchObject({ planned: 250, skippedByPlan: { 'not-found': 1 } });
});

it('reads all of a large selection: its limit takes the oldest, and how many are over it is exact', async () => {
  const flow = startJobFlow();
  await put(flow, 2_500);
  expect(await plan(flow)).toMatchObject({ planned: 2_500, skippedByPlan: {} });
  const limited = await plan(flow, { settings: { ...SETTINGS, limit: 1_200 } });
  expect(limited).toMatchObject({
    planned: 1_200,
    skippedByPlan: { 'over-limit': 1_300 },
    groups: [{ count: 1_200 }],
  });
  const oldest = Array.from({ length: 1_200 }, (_, number) => idOf(number));
  expect(await flow.jobs.ids(limited.id, 0, 10_000)).toEqual(oldest);
});

it('takes the first of its order where ids are over its limit too', async () => {
  const flow = startJobFlow();
  await put(flow, 3);
  const selection = { kind: 'ids', ids: [2, 0, 1].map(idOf) } as const;
  const job = await plan(flow, { selection, settings: { ...SETTINGS, limit: 2 } });
  expect(job).toMatchObject({ planned: 2, skippedByPlan: { 'over-limit': 1 } });
  expect(await flow.jobs.ids(job.id, 0, 10)).toEqual([0, 1].map(idOf));
});

it.each([
  { what: 'in time', afterMs: 7_000, answers: 'SELECTION_TOO_LARGE' },
  { what: 'in time, but with its last load', afterMs: 4_000, answers: 'planned' },
])('a selection that is not read $what: $answers', async ({ afterMs, answers }) => {
  const flow = startJobFlow();
  await put(flow, 2_500);
  // Each load comes a while after the one before; there are seven.
  const slow: Flow['index']['survey'] = (filter, take) =>
    flow.index.survey(filter, (load) => {
      nowMs += afterMs / 7;
      return take(load);
    });
  let nowMs = flow.clock.nowMs();
  const clock = { ...flow.clock, nowMs: () => nowMs };
  const planning = flow.clock.run(
    planJob(
      {
        kind: 'redrive',
        selection: EVERYTHING,
        settings: { ...SETTINGS, limit: 10 },
        by: 'ann',
        deadlineMs: nowMs + 7_000,
      },
      { ...flow.deps, clock, index: { ...flow.index, survey: slow } },
    ),
  );
  if (answers === 'planned') {
    expect(await planning).toMatchObject({ planned: 10, skippedByPlan: { 'over-limit': 2_490 } });
    return;
  }
  const error: unknown = await planning.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({
    code: 'SELECTION_TOO_LARGE',
    message: expect.stringMatching(/1600 dead letters were read.*a narrower filter \(a group/),
  });
  expect(flow.jobs.jobs()).toEqual([]);
});

it('looks at so many and no more, however fast they come, and leaves no plan then', async () => {
  const flow = startJobFlow();
  const load = Array.from({ length: 50_000 }, (_, number) => deadLetterItem({ id: `${number}` }));
  let loads = 0;
  const endless: Flow['index']['survey'] = async (_filter, take) => {
    while (take(load)) loads += 1;
    return false;
  };
  const deps = { ...flow.deps, index: { ...flow.index, survey: endless } };
  await expect(plan({ ...flow, deps })).rejects.toMatchObject({ code: 'SELECTION_TOO_LARGE' });
  expect(loads + 1).toBe(LOOKED_AT_MAX / load.length);
  expect(flow.jobs.jobs()).toEqual([]);
});

it('counts why it leaves the others alone', async () => {
  const flow = startJobFlow();
  await put(flow, 3, { redriveCount: 3 });
  expect(await plan(flow)).toMatchObject({
    planned: 0,
    skippedByPlan: { 'redriven-too-often': 3 },
  });
  const forced = await plan(flow, { settings: { ...SETTINGS, force: true } });
  expect(forced).toMatchObject({ planned: 3 });
  expect(await plan(flow, { kind: 'restore' })).toMatchObject({ planned: 0, skippedByPlan: {} });
});

it('takes what is stale where that state is asked for, and counts what may still have its outcome', async () => {
  const flow = startJobFlow();
  const nowMs = flow.clock.nowMs();
  const redrive = { id: 'job-0', count: 1, claimedAtMs: 1, outcome: null };
  const states = [nowMs - 1, nowMs + 60_000, nowMs + 60_000];
  for (const [number, staleAtMs] of states.entries()) {
    const item = deadLetterItem({
      id: idOf(number),
      arrivedAtMs: 1_000 + number,
      state: 'redriving',
      redrive: { ...redrive, staleAtMs },
    });
    await flow.clock.run(flow.index.put(item, 0));
  }
  const selection = { kind: 'filter', filter: { state: 'redriving' } } as const;
  const job = await plan(flow, { selection });
  expect(job).toMatchObject({ planned: 1, skippedByPlan: { redriving: 2 } });
  expect(await flow.clock.run(flow.jobs.ids(job.id, 0, 10))).toEqual([idOf(0)]);
  expect(await plan(flow)).toMatchObject({ planned: 0, skippedByPlan: {} });
});
