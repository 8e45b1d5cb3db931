import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import * as z from 'zod/mini';
import type { ListedMessage } from '../../lib/codec/dead-letter-answer.ts';
import { groupsAnswer, type GroupAnswer } from '../../lib/codec/group-answer.ts';
import { createApi, ownConfig } from '../support/api.ts';
import { idOf } from '../support/dead-letter-items.ts';
import { idsOf, OPERATED, operatorOf, type Operator } from '../support/operator.ts';
import { startService, type Service } from '../support/service.ts';

let service: Service;
let operator: Operator;
beforeAll(async () => {
  service = await startService({ env: OPERATED });
  operator = operatorOf(service);
});
afterAll(() => service[Symbol.asyncDispose]());

describe('the list', () => {
  it('is filtered by state, group and origin', async () => {
    const topic = `originalTopic=${service.config.topics.order}`;
    const [one, two] = await operator.deadLetters(2, 'FAIL');
    const { originalPartition, originalOffset, group } = one as ListedMessage;
    const at = `${topic}&originalPartition=${originalPartition}`;

    expect(idsOf(await operator.listed(`?${topic}&group=${group}&limit=100`))).toEqual(
      expect.arrayContaining([one?.id, two?.id]),
    );
    expect(await operator.listed(`?${topic}&group=0123456789abcdef`)).toEqual([]);
    expect(
      idsOf(await operator.listed(`?${topic}&state=redriving&orderId=${one?.orderId}`)),
    ).toEqual([]);
    expect(
      idsOf(
        await operator.listed(
          `?${at}&originalOffsetFrom=${originalOffset}&originalOffsetTo=${originalOffset}`,
        ),
      ),
    ).toEqual([one?.id]);
    // Without a topic, the partition is one of the order topic.
    expect(
      idsOf(
        await operator.listed(
          `?originalPartition=${originalPartition}&originalOffsetFrom=${originalOffset}&orderId=${one?.orderId}`,
        ),
      ),
    ).toEqual([one?.id]);
    expect(
      await operator.listed(
        `?${at}&originalOffsetFrom=${originalOffset + 1}&orderId=${one?.orderId}`,
      ),
    ).toEqual([]);
    expect(
      await operator.listed(`?originalTopic=elsewhere&originalPartition=${originalPartition}`),
    ).toEqual([]);
  });
});

describe('groups', () => {
  it('page through, newest activity first, with what is in them', async () => {
    const [dead] = await operator.deadLetters(1, 'FAIL');
    const found: GroupAnswer[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '?limit=1' : `?limit=1&cursor=${cursor}`;
      const answer = await operator.api.groups(query);
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
    const [dead] = await operator.deadLetters(1);
    const group = dead?.group;
    const topic = service.config.topics.order;

    const planned = await operator.plan('redrives', { filter: { group, originalTopic: topic } });
    const whole = await operator.plan('redrives', { group });

    expect(planned.groups.map((one) => one.group)).toEqual([group]);
    expect(planned.planned).toBeGreaterThan(0);
    expect(whole.planned).toBeGreaterThanOrEqual(planned.planned);
  });
});

describe('what is refused', () => {
  it('is a job that nobody knows, or of another kind', async () => {
    const [dead] = await operator.deadLetters(1, 'FAIL');
    const { planId } = await operator.plan('redrives', { ids: [dead?.id] });
    const start404 = { dryRun: false, reason: 'x' };
    const answers = await Promise.all([
      operator.api.job('redrives', randomUUID()),
      operator.api.job('purges', planId),
      operator.api.cancel('purges', planId),
      operator.api.cancel('redrives', randomUUID()),
      operator.api.post('redrives', { ...start404, planId: randomUUID() }),
      operator.api.post('discards', { ...start404, planId }),
    ]);

    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'JOB_NOT_FOUND' } });
    }
    expect(await operator.job('redrives', planId)).toMatchObject({
      state: 'planned',
      cancelledBy: null,
    });
  });

  it('is a start without a reason, and it starts nothing', async () => {
    const [dead] = await operator.deadLetters(1);
    const answer = await operator.api.post('redrives', { dryRun: false, ids: [dead?.id] });

    expect(answer).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
    expect(await operator.message(dead?.id ?? '')).toMatchObject({ state: 'open', redrive: null });
  });

  it('is a cursor of another list', async () => {
    const { nextCursor } = (await operator.api.groups('?limit=1')).body;
    expect(nextCursor).toEqual(expect.any(String));
    for (const answer of [
      await operator.api.jobs('redrives', `?cursor=${String(nextCursor)}`),
      await operator.api.list(`?cursor=${String(nextCursor)}`),
    ]) {
      expect(answer).toMatchObject({ status: 400, body: { code: 'CURSOR_INVALID' } });
    }
  });

  it('is no start while the brokers do not answer; the same plan is started afterwards, once', async () => {
    const [dead] = await operator.deadLetters(1);
    const { planId } = await operator.plan('redrives', { ids: [dead?.id] });
    const cut = createApi({ ...service.config, brokers: ['127.0.0.1:9'] });
    const body = { dryRun: false, planId, reason: 'x' };
    const startMs = performance.now();

    const answer = await cut.post('redrives', body);

    expect(performance.now() - startMs).toBeLessThan(10_000);
    expect(answer).toMatchObject({ status: 503, body: { code: 'PUBLISH_NOT_ACKNOWLEDGED' } });
    expect((await operator.start('redrives', { planId, reason: 'x' })).id).toBe(planId);
    expect(await operator.untilOver('redrives', planId)).toMatchObject({
      state: 'done',
      resolved: 1,
    });
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
