import { describe, expect, it } from 'vitest';
import { readRetryState } from '../../../lib/codec/retry-state.ts';
import { claim, restore } from '../../../lib/decide/life.ts';
import { countInGroups } from '../../../lib/flow/count-in-groups.ts';
import { workJobs } from '../../../lib/flow/work-jobs.ts';
import type { ConsumedRecord } from '../../../lib/model/record.ts';
import { INTAKE, JOBS, REDRIVE, STALE_AFTER_MS, startJobFlow } from '../../support/job-flow.ts';

const EVERYTHING = { kind: 'filter', filter: {} } as const;
const ALL_AT_ONCE = { canary: 1_000, stopAtFailureRatio: 1 };

describe('a redrive', () => {
  it('sends each dead letter once, the oldest first, and ends when all are resolved', async () => {
    const flow = startJobFlow();
    const ids = await flow.plant(30);
    const job = await flow.start(EVERYTHING);
    await flow.work();
    const ended = await flow.job(job.id);
    expect(ended).toMatchObject({
      state: 'done',
      planned: 30,
      progress: { position: 30, sent: 30, resolved: 30, failedAgain: 0, stale: 0, skipped: {} },
    });
    expect(flow.copies.map(({ id }) => id)).toEqual(ids);
    expect((await flow.items(ids)).map(({ state }) => state)).toEqual(ids.map(() => 'resolved'));
    expect(flow.groups.groups()).toMatchObject([
      { counts: { open: 0, redriving: 0, resolved: 30 } },
    ]);
  });

  it('publishes key, value and headers byte for byte, and one header more', async () => {
    const flow = startJobFlow({ outcome: () => 'none' });
    const [id = ''] = await flow.plant(1);
    const [before] = await flow.items([id]);
    const job = await flow.start(EVERYTHING);
    await flow.work([], { clock: flow.clock });
    const [copy] = flow.publisher.records(REDRIVE);
    expect(copy?.key).toEqual(Buffer.from('key-0'));
    expect(Buffer.from(copy?.value ?? '').toString()).toBe(before?.originalMessage);
    expect(copy?.headers.map(({ key }) => key)).toEqual(['own', 'retry.state']);
    expect(readRetryState(copy?.headers ?? [])).toMatchObject({
      kind: 'valid',
      state: {
        attempt: 1,
        origin: { topic: 'order-events', partition: 0, offset: 0 },
        redrive: { id: job.id, count: 1 },
      },
      headers: [{ key: 'own', value: Buffer.from([0]) }],
    });
  });

  it('keeps the order of its list, whichever claim is there first', async () => {
    const flow = startJobFlow();
    const ids = await flow.plant(20);
    await flow.start(EVERYTHING, ALL_AT_ONCE);
    let puts = 0;
    const uneven: typeof flow.index = {
      ...flow.index,
      put: async (...args) => {
        await flow.clock.sleep((puts++ * 7) % 11);
        return flow.index.put(...args);
      },
    };
    await flow.work([], { index: uneven });
    expect(flow.copies.map(({ id }) => id)).toEqual(ids);
  });

  it('goes in waves: none of the next is sent before all of the one before have ended', async () => {
    const flow = startJobFlow({ processingMs: 700 });
    await flow.plant(20);
    await flow.start(EVERYTHING, { canary: 2 });
    await flow.work();
    const times = flow.copies.map(({ atMs }) => atMs);
    for (const first of [2, 6, 14]) {
      expect((times[first] ?? 0) - (times[first - 1] ?? 0)).toBeGreaterThanOrEqual(700);
    }
    expect((times[5] ?? 0) - (times[2] ?? 0)).toBeLessThan(700);
  });

  it('whose canary the index has lost, and knows anew, stops by itself: nobody can tell how it ended', async () => {
    const flow = startJobFlow({ outcome: () => 'none' });
    const ids = await flow.plant(5);
    const job = await flow.start(EVERYTHING, { canary: 1 });
    const reindexed = flow.clock.sleep(500).then(async () => {
      const [item] = await flow.index.getMany(ids.slice(0, 1));
      if (item === undefined) throw new Error('the canary is not there');
      flow.index.lose(item.id);
      const [failed] = item.history;
      const history = failed ? [{ ...failed, what: 'found-in-topic' as const }] : [];
      const anew = { revision: 1, state: 'open', redriveCount: 0, redrive: null, history } as const;
      await flow.index.put({ ...item, ...anew }, 0);
    });
    await flow.work();
    await flow.clock.run(reindexed);
    expect(flow.copies.map(({ id }) => id)).toEqual(ids.slice(0, 1));
    expect(await flow.job(job.id)).toMatchObject({
      state: 'stopped',
      progress: { sent: 1, resolved: 0, failedAgain: 0, stale: 0 },
    });
  });

  it('whose canary fails again stops by itself, and leaves the rest as it was', async () => {
    const flow = startJobFlow({ outcome: () => 'failed' });
    const ids = await flow.plant(20);
    const before = await flow.items(ids);
    const job = await flow.start(EVERYTHING);
    flow.lines();
    await flow.work();
    expect(await flow.job(job.id)).toMatchObject({
      state: 'stopped',
      progress: { sent: 1, failedAgain: 1, resolved: 0 },
    });
    expect(flow.copies).toHaveLength(1);
    expect((await flow.items(ids)).slice(1)).toEqual(before.slice(1));
    const [said] = flow.lines().filter(({ level }) => level === 'WARN');
    expect(said).toMatchObject({
      message: `Redrive ${job.id} has stopped by itself: too many failed again`,
      sent: 1,
      failedAgain: 1,
    });
  });

  it('without outcomes stops once its canary is stale', async () => {
    const flow = startJobFlow({ outcome: () => 'none' });
    await flow.plant(5);
    const job = await flow.start(EVERYTHING);
    const startMs = flow.clock.nowMs();
    await flow.work();
    const ended = await flow.job(job.id);
    expect(ended).toMatchObject({ state: 'stopped', progress: { sent: 1, stale: 1 } });
    expect((ended.endedAtMs ?? 0) - startMs).toBeGreaterThanOrEqual(STALE_AFTER_MS);
  });

  it('holds its rate over its slices: never faster, and nothing adds up', async () => {
    const flow = startJobFlow();
    await flow.plant(60);
    await flow.start(EVERYTHING, { ratePerSecond: 1, ...ALL_AT_ONCE });
    await flow.work();
    expect(flow.jobRecords().length).toBeGreaterThan(2);
    const times = flow.copies.map(({ atMs }) => atMs);
    const [first = 0] = times;
    for (const [index, atMs] of times.entries()) {
      expect(atMs - first).toBeGreaterThanOrEqual(1_000 * index - 20);
      expect(atMs - first).toBeLessThanOrEqual(1_000 * index + 100);
    }
  });

  it('leaves out what others have claimed or changed since the plan, and goes on', async () => {
    const flow = startJobFlow();
    const ids = await flow.plant(4);
    const job = await flow.start(EVERYTHING);
    const [first, second] = await flow.items(ids);
    if (first === undefined || second === undefined) throw new Error('not planted');
    const change = { atMs: flow.clock.nowMs(), by: 'bob', jobId: 'other', reason: 'mine' };
    const theirs = claim(first, change, STALE_AFTER_MS);
    if (theirs === undefined) throw new Error('not open');
    await flow.clock.run(flow.index.put(theirs, first.revision));
    const discarded = { ...second, revision: 2, state: 'discarded' as const };
    await flow.clock.run(flow.index.put(discarded, 1));
    await flow.work();
    expect(await flow.job(job.id)).toMatchObject({
      state: 'done',
      progress: { position: 4, sent: 2, resolved: 2, skipped: { redriving: 1, 'wrong-state': 1 } },
    });
    expect(flow.copies.map(({ id }) => id)).toEqual(ids.slice(2));
  });

  it('leaves out, unclaimed, what has lost its bytes, force or not', async () => {
    const flow = startJobFlow();
    const [id = ''] = await flow.plant(1);
    const job = await flow.start(EVERYTHING, { force: true });
    const gone = { ...flow.deps.reader, read: async () => [] };
    await flow.work([], { reader: gone });
    expect(await flow.job(job.id)).toMatchObject({
      state: 'done',
      progress: { sent: 0, skipped: { 'bytes-missing': 1 } },
    });
    expect(await flow.items([id])).toMatchObject([{ state: 'open', revision: 1 }]);
  });

  it('sets what the topic refuses for its size back to open', async () => {
    const flow = startJobFlow();
    const [id = ''] = await flow.plant(1);
    const job = await flow.start(EVERYTHING);
    flow.publisher.createTopic(REDRIVE, 1, 10);
    await flow.work();
    expect(await flow.job(job.id)).toMatchObject({ progress: { skipped: { 'too-large': 1 } } });
    const [item] = await flow.items([id]);
    expect(item).toMatchObject({
      state: 'open',
      redriveCount: 0,
      redrive: { outcome: 'released' },
    });
    expect(flow.groups.groups()).toMatchObject([{ counts: { open: 1, redriving: 0 } }]);
  });

  it('redrives a second time what failed again, under another id and with the next count', async () => {
    const flow = startJobFlow({
      outcome: ({ redrive }) => (redrive?.count === 2 ? 'processed' : 'failed'),
    });
    const [id = ''] = await flow.plant(1);
    const first = await flow.start(EVERYTHING, ALL_AT_ONCE);
    await flow.work();
    const second = await flow.start(EVERYTHING, ALL_AT_ONCE);
    await flow.work();
    const redrives = flow.copies.map(({ state }) => state.redrive);
    expect(redrives).toEqual([
      { id: first.id, count: 1 },
      { id: second.id, count: 2 },
    ]);
    const [item] = await flow.items([id]);
    expect(item).toMatchObject({ state: 'resolved', redriveCount: 2 });
  });
});

describe('a job that is called off', () => {
  it('sends nothing more, and what was sent goes on to its end', async () => {
    const flow = startJobFlow();
    const ids = await flow.plant(50);
    const job = await flow.start(EVERYTHING, { ratePerSecond: 10, ...ALL_AT_ONCE });
    const called = flow.clock.sleep(2_000).then(() => flow.cancel(job));
    await flow.work();
    await flow.clock.run(called);
    const ended = await flow.job(job.id);
    const { sent } = ended.progress;
    expect(ended).toMatchObject({ state: 'cancelled', cancelledBy: 'ann' });
    expect(sent).toBeGreaterThan(15);
    expect(sent).toBeLessThan(25);
    expect(flow.copies).toHaveLength(sent);
    const items = await flow.items(ids);
    expect(items.filter(({ state }) => state === 'resolved')).toHaveLength(sent);
    expect(items.filter(({ state }) => state === 'open')).toHaveLength(50 - sent);
    expect(ended.progress.resolved).toBe(sent);
  });

  it('ends also where its slice died, and its claims that were not sent are open again', async () => {
    const flow = startJobFlow();
    const ids = await flow.plant(3);
    const job = await flow.start(EVERYTHING, ALL_AT_ONCE);
    for (const item of await flow.items(ids)) {
      const change = { atMs: flow.clock.nowMs(), by: 'local', jobId: job.id, reason: 'fixed' };
      const claimed = claim(item, change, STALE_AFTER_MS);
      if (claimed !== undefined) await flow.clock.run(flow.index.put(claimed, item.revision));
    }
    await flow.clock.run(flow.cancel(job));
    flow.lines();
    await flow.work();
    const said = flow.lines().filter(({ message }) => message.endsWith('redriving → open'));
    expect(said.map(({ deadLetterId, by }) => [deadLetterId, by])).toEqual(
      ids.map((id) => [id, 'ann']),
    );
    expect(await flow.job(job.id)).toMatchObject({ state: 'cancelled', progress: { sent: 0 } });
    expect(flow.copies).toEqual([]);
    for (const item of await flow.items(ids)) {
      expect(item).toMatchObject({ state: 'open', redriveCount: 0 });
      expect(item.history.at(-1)).toMatchObject({ what: 'released', by: 'ann', jobId: job.id });
    }
  });
});

describe('a slice that has lost its job', () => {
  it('takes nothing back that the one after it has claimed', async () => {
    const flow = startJobFlow({ outcome: () => 'failed' });
    const ids = await flow.plant(5);
    const job = await flow.start(EVERYTHING);
    let isTaken = false;
    const put: typeof flow.jobs.put = async (next) => {
      const isWritten = await flow.jobs.put(next);
      if (isTaken || next.progress.failedAgain === 0) return isWritten;
      isTaken = true;
      const { revision, progress } = next;
      const other = { ...progress, slice: 'other/1' };
      await flow.jobs.put({ ...next, revision: revision + 1, progress: other });
      const item = await flow.index.get(ids[1] ?? '');
      const change = { atMs: flow.clock.nowMs(), by: 'local', jobId: job.id, reason: 'fixed' };
      const claimed = item && claim(item, change, STALE_AFTER_MS);
      if (claimed) await flow.index.put(claimed, item.revision);
      return isWritten;
    };
    await flow.work([], { jobs: { ...flow.jobs, put } });
    expect(isTaken).toBe(true);
    expect(await flow.job(job.id)).toMatchObject({ state: 'running' });
    expect((await flow.items(ids)).map(({ state }) => state)).toEqual([
      'open',
      'redriving',
      'open',
      'open',
      'open',
    ]);
  });
});

describe('a job whose list is gone', () => {
  it('ends, and says that, not that too many failed', async () => {
    const flow = startJobFlow();
    const ids = await flow.plant(5);
    const job = await flow.start(EVERYTHING);
    flow.lines();
    await flow.work([], { jobs: { ...flow.jobs, ids: async () => [] } });
    expect(await flow.job(job.id)).toMatchObject({ state: 'stopped', progress: { sent: 0 } });
    const said = flow.lines().filter(({ level }) => level !== 'INFO');
    expect(said.map(({ message }) => message)).toEqual([
      `Redrive ${job.id} ends: its list of dead letters is gone`,
    ]);
    expect((await flow.items(ids)).map(({ state }) => state)).toEqual(ids.map(() => 'open'));
  });
});

describe('the other kinds', () => {
  it('discard, restore and purge change the index; a purge asks the one writer, and waits for it', async () => {
    const flow = startJobFlow();
    const ids = await flow.plant(25);
    const states = async () => new Set((await flow.items(ids)).map(({ state }) => state));
    for (const [kind, state] of [
      ['discard', 'discarded'],
      ['restore', 'open'],
      ['discard', 'discarded'],
      ['purge', 'purged'],
    ] as const) {
      const job = await flow.start(EVERYTHING, { kind });
      await flow.work();
      expect(await flow.job(job.id)).toMatchObject({
        state: 'done',
        progress: { sent: 25, resolved: 25, stale: 0 },
      });
      expect(await states()).toEqual(new Set([state]));
    }
    expect(flow.publisher.records(INTAKE)).toHaveLength(25);
    expect(flow.groups.groups()).toMatchObject([{ counts: { open: 0, discarded: 0, purged: 25 } }]);
  });

  it('says who changed which dead letter, why, and from what to what', async () => {
    const flow = startJobFlow();
    const [id = ''] = await flow.plant(1);
    flow.lines();
    const job = await flow.start(EVERYTHING, { kind: 'discard' });
    await flow.work();
    const lines = flow.lines().filter(({ level }) => level === 'INFO');
    expect(lines.map(({ message }) => message)).toEqual([
      `Discard ${job.id} is started: 1 dead letters, 100 a second`,
      `Dead letter ${id}: open → discarded`,
      `Discard ${job.id} is done`,
    ]);
    expect(lines[1]).toMatchObject({
      deadLetterId: id,
      jobId: job.id,
      by: 'local',
      reason: 'fixed',
      from: 'open',
      to: 'discarded',
    });
    const [item] = await flow.items([id]);
    expect(item?.history.at(-1)).toMatchObject({ what: 'discarded', by: 'local', reason: 'fixed' });
  });
});

describe('a change whose answer is lost', () => {
  const LOST = {
    'no answer': async () => {
      throw new Error('no answer');
    },
    'an answer to a repeated request: somebody was first': async () => false,
  };

  it.each(Object.entries(LOST))('is told and counted once: %s', async (_name, answer) => {
    const flow = startJobFlow();
    const ids = await flow.plant(4);
    const job = await flow.start(EVERYTHING, { kind: 'discard' });
    flow.lines();
    const lost = new Set<string>();
    const put: typeof flow.index.put = async (item, revision) => {
      const isWritten = await flow.index.put(item, revision);
      if (lost.has(item.id)) return isWritten;
      lost.add(item.id);
      return answer();
    };
    await flow.work([], { index: { ...flow.index, put } });
    expect(lost.size).toBe(4);
    expect(await flow.job(job.id)).toMatchObject({ state: 'done', progress: { resolved: 4 } });
    const said = flow.lines().filter(({ message }) => message.endsWith('open → discarded'));
    expect(said.map(({ deadLetterId }) => deadLetterId)).toEqual(ids);
    expect(flow.groups.groups()).toMatchObject([{ counts: { open: 0, discarded: 4 } }]);
  });

  it('and another one behind it: both are told and counted', async () => {
    const flow = startJobFlow();
    const [id = ''] = await flow.plant(1);
    const job = await flow.start(EVERYTHING, { kind: 'discard' });
    flow.lines();
    const put: typeof flow.index.put = async (item, revision) => {
      if (!(await flow.index.put(item, revision))) return false;
      const change = { atMs: flow.clock.nowMs(), by: 'bob', jobId: 'other', reason: 'no' };
      const restored = restore(item, change);
      if (restored === undefined) return true;
      await flow.index.put(restored, item.revision);
      await countInGroups(item, restored, undefined, flow.deps);
      return false;
    };
    await flow.work([], { index: { ...flow.index, put } });
    expect(await flow.items([id])).toMatchObject([{ state: 'open', revision: 3 }]);
    expect(await flow.job(job.id)).toMatchObject({
      state: 'done',
      progress: { sent: 1, resolved: 1, skipped: {} },
    });
    const said = flow.lines().filter(({ message }) => message.startsWith('Dead letter'));
    expect(said.map(({ message }) => message)).toEqual([`Dead letter ${id}: open → discarded`]);
    expect(flow.groups.groups()).toMatchObject([{ counts: { open: 1, discarded: 0 } }]);
  });
});

describe('an outage', () => {
  it.each(['index', 'jobs', 'groups'] as const)(
    'of the %s is lived through; each is sent once',
    async (store) => {
      const flow = startJobFlow();
      const ids = await flow.plant(30);
      const job = await flow.start(EVERYTHING, { ratePerSecond: 20, ...ALL_AT_ONCE });
      const outage = (async () => {
        await flow.clock.sleep(500);
        flow[store].down = true;
        await flow.clock.sleep(4_000);
        flow[store].down = false;
      })();
      await flow.work();
      await flow.clock.run(outage);
      expect(await flow.job(job.id)).toMatchObject({ state: 'done', progress: { resolved: 30 } });
      expect(flow.copies.map(({ id }) => id)).toEqual(ids);
    },
  );

  it('that is longer than an invocation leaves the record unsettled, says so once, and loses nothing', async () => {
    const flow = startJobFlow();
    const ids = await flow.plant(3);
    const job = await flow.start(EVERYTHING, ALL_AT_ONCE);
    flow.publisher.hide(REDRIVE);
    flow.lines();
    const back = flow.clock.sleep(70_000).then(() => flow.publisher.show(REDRIVE));
    await flow.work();
    await flow.clock.run(back);
    const said = flow.lines().filter(({ level }) => level === 'ERROR');
    expect(said.map(({ message }) => message)).toEqual([
      `Job ${job.id} is held up: a topic or a table does not answer. It is tried again.`,
      `Job ${job.id} is not settled: its record stays uncommitted and comes again`,
      `Job ${job.id} is held up: a topic or a table does not answer. It is tried again.`,
    ]);
    expect(await flow.job(job.id)).toMatchObject({ state: 'done', progress: { resolved: 3 } });
    expect(flow.copies.map(({ id }) => id)).toEqual(ids);
  });
});

describe('records of the jobs topic', () => {
  const record = (value: string | null, offset: number): ConsumedRecord => ({
    topic: JOBS,
    partition: 0,
    offset,
    timestampMs: 0,
    key: null,
    value: value === null ? null : Buffer.from(value),
    headers: [],
  });

  it('that are none of this service, or of no job, are settled', async () => {
    const flow = startJobFlow();
    const values = [null, '{', '{"v":2,"jobId":"a"}', '{"v":1}', '{"v":1,"jobId":"nobody"}'];
    const records = values.map(record);
    flow.lines();
    const run = workJobs(records, flow.clock.nowMs() + 10_000, flow.deps);
    const outcomes = await flow.clock.run(run);
    expect(outcomes.map(({ kind }) => kind)).toEqual(values.map(() => 'processed'));
    const said = flow.lines().map(({ level, offset }) => [level, offset]);
    expect(said).toEqual([0, 1, 2, 3].map((offset) => ['ERROR', offset]));
  });

  it('of a job that another row of slices works are dropped; the row of whoever started it last goes on', async () => {
    const flow = startJobFlow();
    await flow.plant(60);
    const job = await flow.start(EVERYTHING, { ratePerSecond: 1, ...ALL_AT_ONCE });
    await flow.clock.run(flow.startAgain(job));
    await flow.clock.run(flow.startAgain(job));
    await flow.work();
    expect(await flow.job(job.id)).toMatchObject({ state: 'done', progress: { sent: 60 } });
    expect(flow.copies).toHaveLength(60);
    // Three rows from the beginning; two of them end at their first hand-on.
    expect(flow.jobRecords().length).toBeLessThan(3 + 3 + 4);
  });
});
