import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import * as z from 'zod/mini';
import {
  getAnswer,
  listAnswer,
  type ListedMessage,
  type WholeMessage,
} from '../../lib/codec/dead-letter-answer.ts';
import { groupsAnswer, type GroupAnswer } from '../../lib/codec/group-answer.ts';
import {
  jobAnswer,
  jobsAnswer,
  planAnswer,
  startAnswer,
  type JobJson,
  type PlanAnswer,
  type StartAnswer,
} from '../../lib/codec/job-answer.ts';
import { createApi, ownConfig, type Api } from '../support/api.ts';
import { idOf } from '../support/dead-letter-items.ts';
import { startService, type Service } from '../support/service.ts';
import { until } from '../support/until.ts';

const ADA = 'arn:aws:sts::123456789012:assumed-role/operators/ada';
const BOB = 'arn:aws:sts::123456789012:assumed-role/operators/bob';

let service: Service;
let api: Api;
let made = 0;
beforeAll(async () => {
  service = await startService({ env: { DLQ_MAX_RETRIES: '0' } });
  api = createApi(service.config);
});
afterAll(() => service[Symbol.asyncDispose]());

/** Orders that fail until they were redriven once, or for ever, as dead letters that the API lists. */
async function deadLetters(count: number, kind = 'HEALS-1'): Promise<readonly ListedMessage[]> {
  const orders = Array.from({ length: count }, () =>
    service.order(`ORDER-TEST-${kind}-${(made += 1)}`),
  );
  await service.produce(...orders);
  return Promise.all(
    orders.map(({ id }) =>
      until(`${id} in the list`, async () => (await listed(`?orderId=${id}`))[0]),
    ),
  );
}

async function listed(query: string): Promise<readonly ListedMessage[]> {
  const answer = await api.list(query);
  expect(answer.status).toBe(200);
  return z.parse(listAnswer, answer.body).messages;
}

async function message(id: string): Promise<WholeMessage> {
  const answer = await api.message(id);
  expect(answer.status).toBe(200);
  return z.parse(getAnswer, answer.body).message;
}

async function plan(path: string, body: object): Promise<PlanAnswer> {
  const answer = await api.post(path, body);
  expect(answer).toMatchObject({ status: 200 });
  return z.parse(planAnswer, answer.body);
}

async function start(path: string, body: object, principal?: string): Promise<StartAnswer> {
  const answer = await api.post(path, { dryRun: false, ...body }, principal);
  expect(answer).toMatchObject({ status: 202 });
  return z.parse(startAnswer, answer.body);
}

async function job(path: string, id: string): Promise<JobJson> {
  const answer = await api.job(path, id);
  expect(answer).toMatchObject({ status: 200 });
  return z.parse(jobAnswer, answer.body).job;
}

function untilOver(path: string, id: string): Promise<JobJson> {
  const over = async () => {
    const found = await job(path, id);
    return found.endedAt === null ? undefined : found;
  };
  return until(`${path} ${id} over`, over, { timeoutMs: 60_000 });
}

const idsOf = (messages: readonly { readonly id: string }[]) => messages.map(({ id }) => id);

describe('a redrive', () => {
  it('is planned first: counted exactly, and nothing changes', async () => {
    const dead = await deadLetters(3);
    const before = await Promise.all(idsOf(dead).map(message));

    const planned = await plan('redrives', { ids: [...idsOf(dead), idOf(randomUUID())] });

    expect(planned).toMatchObject({ kind: 'redrive', planned: 3, skipped: { 'not-found': 1 } });
    expect(planned.groups).toEqual([
      { group: dead[0]?.group, title: expect.stringContaining('ValueError') as string, count: 3 },
    ]);
    expect(planned.settings).toEqual({
      ratePerSecond: 50,
      canary: 1,
      stopAtFailureRatio: 0.2,
      limit: 10_000,
      force: false,
    });
    expect(Date.parse(planned.expiresAt) - Date.now()).toBeGreaterThan(23 * 3_600_000);
    expect(await job('redrives', planned.planId)).toMatchObject({
      state: 'planned',
      by: 'local',
      reason: null,
      startedAt: null,
      sent: 0,
      ratePerSecond: null,
      secondsLeft: null,
    });
    expect(await Promise.all(idsOf(dead).map(message))).toEqual(before);
    expect(await api.jobs('redrives')).not.toMatchObject({
      body: { jobs: expect.arrayContaining([{ id: planned.planId }]) as unknown },
    });
    expect(await service.readTopic(service.config.topics.redrive)).toEqual([]);
  });

  it('of one plan is one job, however often it is started', async () => {
    const dead = await deadLetters(3);
    const { planId } = await plan('redrives', { ids: idsOf(dead), ratePerSecond: 100 });
    const body = { planId, reason: 'prices fixed' };

    const starts = await Promise.all([start('redrives', body), start('redrives', body)]);
    const over = await untilOver('redrives', planId);
    const again = await start('redrives', body);

    expect([...starts, again].map(({ id }) => id)).toEqual([planId, planId, planId]);
    expect(again.state).toBe('done');
    expect(over).toMatchObject({
      state: 'done',
      reason: 'prices fixed',
      selection: { ids: idsOf(dead) },
      planned: 3,
      sent: 3,
      resolved: 3,
      failedAgain: 0,
      stale: 0,
      skipped: {},
      secondsLeft: 0,
    });
    expect(over.ratePerSecond).toBeGreaterThan(0);
    const copies = await service.readTopic(service.config.topics.redrive);
    const keys = copies.map(({ key }) => Buffer.from(key ?? '').toString());
    expect(keys.filter((key) => dead.some(({ orderId }) => orderId === key))).toHaveLength(3);
    for (const { orderId } of dead) await service.untilStored(orderId ?? '');
  });

  it('of a selection is frozen and started at once, and known by whoever asked for it', async () => {
    const [dead] = await deadLetters(1);
    const { id = '', orderId } = dead ?? {};

    const started = await start('redrives', { filter: { orderId }, reason: 'mended' }, ADA);
    const over = await untilOver('redrives', started.id);
    const { history, redrive, state, totalAttempts } = await message(id);

    expect(over).toMatchObject({ state: 'done', by: ADA, selection: { filter: { orderId } } });
    expect(state).toBe('resolved');
    expect(redrive).toMatchObject({ id: started.id, count: 1, outcome: 'resolved' });
    expect(totalAttempts).toBe(2);
    expect(history).toMatchObject([
      { what: 'failed', by: 'process-orders', from: null, to: 'open' },
      {
        what: 'claimed',
        by: ADA,
        from: 'open',
        to: 'redriving',
        jobId: started.id,
        reason: 'mended',
      },
      { what: 'resolved', from: 'redriving', to: 'resolved', jobId: started.id },
    ]);
  });

  it('is in the list of past ones, newest first, page by page', async () => {
    const [first, second] = await deadLetters(2);
    const one = await start('redrives', { ids: [first?.id], reason: 'one' });
    const two = await start('redrives', { ids: [second?.id], reason: 'two' });
    const found: JobJson[] = [];
    let query = '?limit=1';
    while (!found.some(({ id }) => id === one.id)) {
      const page = z.parse(jobsAnswer, (await api.jobs('redrives', query)).body);
      expect(page.jobs.length).toBeLessThanOrEqual(1);
      found.push(...page.jobs);
      query = `?limit=1&cursor=${page.nextCursor}`;
    }

    const own = found.filter(({ id }) => id === one.id || id === two.id);
    expect(own.map(({ reason }) => reason)).toEqual(['two', 'one']);
    expect(found.every(({ kind }) => kind === 'redrive')).toBe(true);
    await Promise.all([untilOver('redrives', one.id), untilOver('redrives', two.id)]);
  });

  it('can be called off: what is not sent stays open', async () => {
    const dead = await deadLetters(12);
    const body = { ids: idsOf(dead), reason: 'slowly', ratePerSecond: 1 };
    const { id } = await start('redrives', body, ADA);
    await until('the first one sent', async () =>
      (await job('redrives', id)).sent > 0 ? true : undefined,
    );

    const called = await api.cancel('redrives', id, BOB);
    const over = await untilOver('redrives', id);
    const states = await Promise.all(dead.map(async (one) => (await message(one.id)).state));

    expect(called.status).toBe(202);
    expect(z.parse(jobAnswer, called.body).job).toMatchObject({
      state: 'cancelling',
      cancelledBy: BOB,
    });
    expect(over).toMatchObject({ state: 'cancelled', by: ADA, cancelledBy: BOB, planned: 12 });
    expect(over.sent).toBeLessThan(12);
    expect(states.filter((state) => state === 'open').length).toBe(12 - over.sent);
    expect(await api.cancel('redrives', id)).toMatchObject({
      status: 409,
      body: { success: false, code: 'JOB_NOT_CANCELLABLE' },
    });
  });
});

describe('discard, restore and purge', () => {
  it('lead there and back, and away for good; each change is in the history and in the log', async () => {
    const [dead] = await deadLetters(1, 'FAIL');
    const { id = '', orderId = '' } = dead ?? {};
    const value = (await message(id)).originalValue;
    const change = async (path: string, reason: string) => {
      const started = await start(path, { ids: [id], reason });
      const over = await untilOver(path, started.id);
      expect(over).toMatchObject({ state: 'done', planned: 1, resolved: 1, by: 'local', reason });
    };

    await change('discards', 'not ours');
    expect(await listed(`?orderId=${orderId}`)).toEqual([]);
    expect(await listed(`?orderId=${orderId}&state=discarded`)).toMatchObject([{ id }]);
    await change('restores', 'it is ours');
    expect(await listed(`?orderId=${orderId}`)).toMatchObject([{ id, state: 'open' }]);
    expect((await message(id)).originalValue).toBe(value);
    await change('discards', 'not ours after all');
    await change('purges', 'asked for');

    const purged = await message(id);
    expect(purged).toMatchObject({
      state: 'purged',
      bytesMissing: true,
      originalKey: null,
      originalValue: null,
      originalHeaders: [],
      originalMessage: null,
    });
    expect(await listed(`?orderId=${orderId}&state=purged`)).toMatchObject([
      { id, originalMessage: null },
    ]);
    expect(purged.history.map(({ what, by, reason }) => [what, by, reason])).toMatchObject([
      ['failed', expect.any(String), undefined],
      ['discarded', 'local', 'not ours'],
      ['restored', 'local', 'it is ours'],
      ['discarded', 'local', 'not ours after all'],
      ['purge-claimed', 'local', 'asked for'],
      ['purged', 'local', undefined],
    ]);
    for (const [text, reason] of [
      [`Dead letter ${id}: discarded → open`, 'it is ours'],
      [`Dead letter ${id}: discarded → purging`, 'asked for'],
    ] as const) {
      const [line] = await service.untilLogged(text);
      expect(line).toMatchObject({ by: 'local', reason, deadLetterId: id });
    }
  });

  it('leave alone what they cannot be done to, and say so', async () => {
    const [open, other] = await deadLetters(2, 'FAIL');
    const over = await start('discards', { ids: [other?.id], reason: 'x' });
    await untilOver('discards', over.id);
    const ids = [open?.id, other?.id];

    expect(await plan('purges', { ids })).toMatchObject({
      kind: 'purge',
      planned: 1,
      skipped: { 'wrong-state': 1 },
    });
    expect(await plan('restores', { ids: [open?.id] })).toMatchObject({
      planned: 0,
      skipped: { 'wrong-state': 1 },
    });
    expect((await plan('discards', { ids })).settings).not.toHaveProperty('canary');
  });
});

describe('the list', () => {
  it('is filtered by state, group and origin', async () => {
    const topic = `originalTopic=${service.config.topics.order}`;
    const [one, two] = await deadLetters(2, 'FAIL');
    const { originalPartition, originalOffset, group } = one as ListedMessage;
    const at = `${topic}&originalPartition=${originalPartition}`;

    expect(idsOf(await listed(`?${topic}&group=${group}&limit=100`))).toEqual(
      expect.arrayContaining([one?.id, two?.id]),
    );
    expect(await listed(`?${topic}&group=0123456789abcdef`)).toEqual([]);
    expect(idsOf(await listed(`?${topic}&state=redriving&orderId=${one?.orderId}`))).toEqual([]);
    expect(
      idsOf(
        await listed(
          `?${at}&originalOffsetFrom=${originalOffset}&originalOffsetTo=${originalOffset}`,
        ),
      ),
    ).toEqual([one?.id]);
    // Without a topic, the partition is one of the order topic.
    expect(
      idsOf(
        await listed(
          `?originalPartition=${originalPartition}&originalOffsetFrom=${originalOffset}&orderId=${one?.orderId}`,
        ),
      ),
    ).toEqual([one?.id]);
    expect(
      await listed(`?${at}&originalOffsetFrom=${originalOffset + 1}&orderId=${one?.orderId}`),
    ).toEqual([]);
    expect(await listed(`?originalTopic=elsewhere&originalPartition=${originalPartition}`)).toEqual(
      [],
    );
  });
});

describe('groups', () => {
  it('page through, newest activity first, with what is in them', async () => {
    const [dead] = await deadLetters(1, 'FAIL');
    const found: GroupAnswer[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '?limit=1' : `?limit=1&cursor=${cursor}`;
      const answer = await api.groups(query);
      expect(answer.status).toBe(200);
      const page = z.parse(groupsAnswer, answer.body);
      expect(page.groups.length).toBeLessThanOrEqual(1);
      found.push(...page.groups);
      cursor = page.nextCursor;
    } while (cursor !== null && found.length < 500);

    const own = found.find(({ group }) => group === dead?.group);
    expect(own).toMatchObject({
      errorType: 'ValueError',
      title: expect.stringMatching(/Simulated/),
    });
    expect(own?.counts.open).toBeGreaterThan(0);
    expect(new Set(found.map(({ group }) => group)).size).toBe(found.length);
    const times = found.map(({ lastSeenAt }) => lastSeenAt);
    expect(times).toEqual(times.toSorted().toReversed());
  });

  it('select what is redriven', async () => {
    const [dead] = await deadLetters(1);
    const group = dead?.group;
    const topic = service.config.topics.order;

    const planned = await plan('redrives', { filter: { group, originalTopic: topic } });
    const whole = await plan('redrives', { group });

    expect(planned.groups.map((one) => one.group)).toEqual([group]);
    expect(planned.planned).toBeGreaterThan(0);
    expect(whole.planned).toBeGreaterThanOrEqual(planned.planned);
  });
});

describe('what is refused', () => {
  it('is a job that nobody knows, or of another kind', async () => {
    const [dead] = await deadLetters(1, 'FAIL');
    const { planId } = await plan('redrives', { ids: [dead?.id] });
    const start404 = { dryRun: false, reason: 'x' };
    const answers = await Promise.all([
      api.job('redrives', randomUUID()),
      api.job('purges', planId),
      api.cancel('purges', planId),
      api.cancel('redrives', randomUUID()),
      api.post('redrives', { ...start404, planId: randomUUID() }),
      api.post('discards', { ...start404, planId }),
    ]);

    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'JOB_NOT_FOUND' } });
    }
    expect(await job('redrives', planId)).toMatchObject({ state: 'planned', cancelledBy: null });
  });

  it('is a start without a reason, and it starts nothing', async () => {
    const [dead] = await deadLetters(1);
    const answer = await api.post('redrives', { dryRun: false, ids: [dead?.id] });

    expect(answer).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
    expect(await message(dead?.id ?? '')).toMatchObject({ state: 'open', redrive: null });
  });

  it('is a cursor of another list', async () => {
    const { nextCursor } = (await api.groups('?limit=1')).body;
    expect(nextCursor).toEqual(expect.any(String));
    for (const answer of [
      await api.jobs('redrives', `?cursor=${nextCursor}`),
      await api.list(`?cursor=${nextCursor}`),
    ]) {
      expect(answer).toMatchObject({ status: 400, body: { code: 'CURSOR_INVALID' } });
    }
  });

  it('is no start while the brokers do not answer; the same plan is started afterwards, once', async () => {
    const [dead] = await deadLetters(1);
    const { planId } = await plan('redrives', { ids: [dead?.id] });
    const cut = createApi({ ...service.config, brokers: ['127.0.0.1:9'] });
    const body = { dryRun: false, planId, reason: 'x' };
    const startMs = performance.now();

    const answer = await cut.post('redrives', body);

    expect(performance.now() - startMs).toBeLessThan(10_000);
    expect(answer).toMatchObject({ status: 503, body: { code: 'PUBLISH_NOT_ACKNOWLEDGED' } });
    expect((await start('redrives', { planId, reason: 'x' })).id).toBe(planId);
    expect(await untilOver('redrives', planId)).toMatchObject({ state: 'done', resolved: 1 });
  });
});

it('a store that does not answer is a 503 within 10 s', async () => {
  const config = ownConfig(inject('kafkaBrokers'));
  const down = createApi(config, 'http://127.0.0.1:9'); // Nobody listens on the discard port.
  const startMs = performance.now();

  const answers = await Promise.all([
    down.groups(),
    down.jobs('redrives'),
    down.job('redrives', 'a'),
    down.cancel('redrives', 'a'),
    down.post('redrives', { ids: [idOf(1)] }),
  ]);

  expect(performance.now() - startMs).toBeLessThan(10_000);
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 503, body: { code: 'STORE_UNAVAILABLE' } });
  }
});
