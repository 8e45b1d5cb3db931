import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { jobAnswer, jobsAnswer, type JobJson } from '../../lib/codec/job-answer.ts';
import { idOf } from '../support/dead-letter-items.ts';
import { idsOf, OPERATED, operatorOf, type Operator } from '../support/operator.ts';
import { startService, type Service } from '../support/service.ts';
import { until } from '../support/until.ts';

const ADA = 'arn:aws:sts::123456789012:assumed-role/operators/ada';
const BOB = 'arn:aws:sts::123456789012:assumed-role/operators/bob';

let service: Service;
let operator: Operator;
beforeAll(async () => {
  service = await startService({ env: OPERATED });
  operator = operatorOf(service);
});
afterAll(() => service[Symbol.asyncDispose]());

describe('a redrive', () => {
  it('is planned first: counted exactly, and nothing changes', async () => {
    const dead = await operator.deadLetters(3);
    const before = await Promise.all(idsOf(dead).map((id) => operator.message(id)));

    const planned = await operator.plan('redrives', { ids: [...idsOf(dead), idOf(randomUUID())] });

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
    expect(await operator.job('redrives', planned.planId)).toMatchObject({
      state: 'planned',
      by: 'local',
      reason: null,
      startedAt: null,
      sent: 0,
      ratePerSecond: null,
      secondsLeft: null,
    });
    expect(await Promise.all(idsOf(dead).map((id) => operator.message(id)))).toEqual(before);
    expect(await operator.api.jobs('redrives')).not.toMatchObject({
      body: { jobs: expect.arrayContaining([{ id: planned.planId }]) as unknown },
    });
    expect(await service.readTopic(service.config.topics.redrive)).toEqual([]);
  });

  it('of one plan is one job, however often it is started', async () => {
    const dead = await operator.deadLetters(3);
    const { planId } = await operator.plan('redrives', { ids: idsOf(dead), ratePerSecond: 100 });
    const body = { planId, reason: 'prices fixed' };

    const starts = await Promise.all([
      operator.start('redrives', body),
      operator.start('redrives', body),
    ]);
    const over = await operator.untilOver('redrives', planId);
    const again = await operator.start('redrives', body);

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
    const [dead] = await operator.deadLetters(1);
    const { id = '', orderId } = dead ?? {};

    const started = await operator.start(
      'redrives',
      { filter: { orderId }, reason: 'mended' },
      ADA,
    );
    const over = await operator.untilOver('redrives', started.id);
    const { history, redrive, state, totalAttempts } = await operator.message(id);

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
    const [first, second] = await operator.deadLetters(2);
    const one = await operator.start('redrives', { ids: [first?.id], reason: 'one' });
    const two = await operator.start('redrives', { ids: [second?.id], reason: 'two' });
    const found: JobJson[] = [];
    let query = '?limit=1';
    while (!found.some(({ id }) => id === one.id)) {
      const page = z.parse(jobsAnswer, (await operator.api.jobs('redrives', query)).body);
      expect(page.jobs.length).toBeLessThanOrEqual(1);
      found.push(...page.jobs);
      query = `?limit=1&cursor=${page.nextCursor}`;
    }

    const own = found.filter(({ id }) => id === one.id || id === two.id);
    expect(own.map(({ reason }) => reason)).toEqual(['two', 'one']);
    expect(found.every(({ kind }) => kind === 'redrive')).toBe(true);
    await Promise.all([
      operator.untilOver('redrives', one.id),
      operator.untilOver('redrives', two.id),
    ]);
  });

  it('can be called off: what is not sent stays open', async () => {
    const dead = await operator.deadLetters(12);
    const body = { ids: idsOf(dead), reason: 'slowly', ratePerSecond: 1 };
    const { id } = await operator.start('redrives', body, ADA);
    await until('the first one sent', async () =>
      (await operator.job('redrives', id)).sent > 0 ? true : undefined,
    );

    const called = await operator.api.cancel('redrives', id, BOB);
    const over = await operator.untilOver('redrives', id);
    const states = await Promise.all(
      dead.map(async (one) => (await operator.message(one.id)).state),
    );

    expect(called.status).toBe(202);
    expect(z.parse(jobAnswer, called.body).job).toMatchObject({
      state: 'cancelling',
      cancelledBy: BOB,
    });
    expect(over).toMatchObject({ state: 'cancelled', by: ADA, cancelledBy: BOB, planned: 12 });
    expect(over.sent).toBeLessThan(12);
    expect(states.filter((state) => state === 'open').length).toBe(12 - over.sent);
    expect(await operator.api.cancel('redrives', id)).toMatchObject({
      status: 409,
      body: { success: false, code: 'JOB_NOT_CANCELLABLE' },
    });
  });
});

describe('discard, restore and purge', () => {
  it('lead there and back, and away for good; each change is in the history and in the log', async () => {
    const [dead] = await operator.deadLetters(1, 'FAIL');
    const { id = '', orderId = '' } = dead ?? {};
    const value = (await operator.message(id)).originalValue;
    const change = async (path: string, reason: string) => {
      const started = await operator.start(path, { ids: [id], reason });
      const over = await operator.untilOver(path, started.id);
      expect(over).toMatchObject({ state: 'done', planned: 1, resolved: 1, by: 'local', reason });
    };

    await change('discards', 'not ours');
    expect(await operator.listed(`?orderId=${orderId}`)).toEqual([]);
    expect(await operator.listed(`?orderId=${orderId}&state=discarded`)).toMatchObject([{ id }]);
    await change('restores', 'it is ours');
    expect(await operator.listed(`?orderId=${orderId}`)).toMatchObject([{ id, state: 'open' }]);
    expect((await operator.message(id)).originalValue).toBe(value);
    await change('discards', 'not ours after all');
    await change('purges', 'asked for');

    const purged = await operator.message(id);
    expect(purged).toMatchObject({
      state: 'purged',
      bytesMissing: true,
      originalKey: null,
      originalValue: null,
      originalHeaders: [],
      originalMessage: null,
    });
    expect(await operator.listed(`?orderId=${orderId}&state=purged`)).toMatchObject([
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
    const [open, other] = await operator.deadLetters(2, 'FAIL');
    const over = await operator.start('discards', { ids: [other?.id], reason: 'x' });
    await operator.untilOver('discards', over.id);
    const ids = [open?.id, other?.id];

    expect(await operator.plan('purges', { ids })).toMatchObject({
      kind: 'purge',
      planned: 1,
      skipped: { 'wrong-state': 1 },
    });
    expect(await operator.plan('restores', { ids: [open?.id] })).toMatchObject({
      planned: 0,
      skipped: { 'wrong-state': 1 },
    });
    expect((await operator.plan('discards', { ids })).settings).not.toHaveProperty('canary');
  });
});
