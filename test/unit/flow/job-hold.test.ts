import { expect, it } from 'vitest';
import { JobLostError, takeOver } from '../../../lib/flow/job-hold.ts';
import { OutOfTimeError } from '../../../lib/flow/keep-trying.ts';
import { startedJob } from '../../support/jobs.ts';
import { createMemoryJobStore } from '../../support/memory-job-store.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

const START_MS = 1_767_225_700_000;

async function given(over: Parameters<typeof startedJob>[0] = {}) {
  const jobs = createMemoryJobStore();
  const clock = createVirtualClock(START_MS);
  const job = startedJob(over);
  await jobs.create(job, []);
  const failures: string[] = [];
  const onFailure = (error: Error) => void failures.push(error.message);
  const deps = { jobs, clock, deadlineMs: START_MS + 10_000, onFailure };
  const take = (after: string | undefined, place: string, run = 1) =>
    clock.run(
      takeOver(
        { jobId: job.id, ...(after !== undefined && { after }) },
        { place, token: `${place}/${run}` },
        deps,
      ),
    );
  return { jobs, clock, job, take, failures };
}

it('whoever starts a job, or calls it off, takes it over; each slice hands on to the next', async () => {
  const { take } = await given();
  expect(await take(undefined, 'a')).toBeDefined();
  expect(await take('a/1', 'b')).toBeDefined();
  expect(await take('b/1', 'c')).toBeDefined();
  expect(await take(undefined, 'd')).toBeDefined();
});

it('a record of a slice that is not the last one is dropped: its row ends', async () => {
  const { take } = await given();
  await take(undefined, 'a');
  await take(undefined, 'other');
  expect(await take('a/1', 'b')).toBeUndefined();
  expect(await take('other/1', 'c')).toBeDefined();
});

it('a record that comes again after a crash goes on with its own slice', async () => {
  const { take } = await given();
  await take(undefined, 'a');
  await take('a/1', 'b', 1);
  expect(await take('a/1', 'b', 2)).toBeDefined();
  expect(await take('a/1', 'b', 3)).toBeDefined();
});

it.each(['planned', 'done', 'stopped', 'cancelled'] as const)(
  'nobody takes over what is %s',
  async (state) => {
    const { take } = await given({ state });
    expect(await take(undefined, 'a')).toBeUndefined();
  },
);

it.each(['stopped', 'cancelled'] as const)(
  'what is %s is taken over while something that it has sent has not ended, and keeps its end',
  async (state) => {
    const { progress } = startedJob();
    const ended = { ...progress.ended, position: 2 };
    const at = {
      endedAtMs: START_MS - 5_000,
      progress: { ...progress, position: 3, ended, atMs: 7 },
    };
    const { take, jobs, job, clock } = await given({ state, ...at });
    const hold = await take(undefined, 'a');
    await clock.run(hold?.save({ resolved: 3 }) ?? Promise.resolve());
    expect(await jobs.get(job.id)).toMatchObject({
      state,
      endedAtMs: START_MS - 5_000,
      progress: { resolved: 3, atMs: 7, slice: 'a/1' },
    });
    const all = { ...ended, position: 3 };
    await clock.run(hold?.save({ ended: all }) ?? Promise.resolve());
    expect(await take(undefined, 'b')).toBeUndefined();
  },
);

it('a slice whose job another one has taken over writes nothing more', async () => {
  const { take, jobs, job, clock } = await given();
  const first = await take(undefined, 'a');
  const second = await take(undefined, 'a', 2);
  await expect(clock.run(first?.save({ position: 3 }) ?? Promise.resolve())).rejects.toThrow(
    JobLostError,
  );
  await expect(clock.run(first?.look() ?? Promise.resolve())).rejects.toThrow(JobLostError);
  expect((await jobs.get(job.id))?.progress.position).toBe(0);
  await clock.run(second?.save({ position: 4 }) ?? Promise.resolve());
  expect((await jobs.get(job.id))?.progress).toMatchObject({ position: 4, slice: 'a/2' });
});

it('what calls the job off meanwhile stays, and so does what the slice has written', async () => {
  const { take, jobs, job, clock } = await given();
  const hold = await take(undefined, 'a');
  const now = await jobs.get(job.id);
  if (hold === undefined || now === undefined) throw new Error('not taken');
  const revision = now.revision + 1;
  await jobs.put({ ...now, revision, state: 'cancelling', cancelledBy: 'ann' });
  await clock.run(hold.save({ position: 3 }));
  expect(hold.job).toMatchObject({ state: 'cancelling', progress: { position: 3 } });
  expect(await jobs.get(job.id)).toEqual(hold.job);
});

it('a store that does not answer is asked until the deadline', async () => {
  const { take, jobs, clock, failures } = await given();
  const hold = await take(undefined, 'a');
  jobs.down = true;
  const saving = hold?.save({ position: 3 }) ?? Promise.resolve();
  await expect(clock.run(saving)).rejects.toThrow(OutOfTimeError);
  expect(clock.nowMs()).toBe(START_MS + 10_000);
  expect(failures.length).toBeGreaterThan(3);
});

it('a write whose answer was lost is not taken for another slice’s', async () => {
  const { take, jobs, job, clock } = await given();
  const hold = await take(undefined, 'a');
  const { put } = { put: jobs.put.bind(jobs) };
  let lost = 1;
  jobs.put = async (written) => {
    const done = await put(written);
    if (lost-- > 0) throw new Error('the answer was lost');
    return done;
  };
  await clock.run(hold?.save({ position: 3 }) ?? Promise.resolve());
  expect((await jobs.get(job.id))?.progress.position).toBe(3);
});
