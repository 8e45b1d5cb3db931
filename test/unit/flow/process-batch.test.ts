import { describe, expect, it } from 'vitest';
import { writeRetryState } from '../../../lib/codec/retry-state.ts';
import {
  copy,
  fail,
  INTAKE,
  order,
  START_MS,
  startBatch as start,
} from '../../support/batch-flow.ts';
import * as given from '../../support/builders.ts';

describe('a record is settled when', () => {
  it('the business processed it', async () => {
    const { play, publisher } = start(async () => undefined);
    expect(await play(order('a', { offset: 7 }))).toEqual([
      { topic: 'order-events', partition: 0, offset: 7, kind: 'processed' },
    ]);
    expect(publisher.calls).toEqual([]);
  });

  it('its copy is acknowledged by the retry topic', async () => {
    const { play, publisher } = start(fail);
    expect(await play(order('a'))).toMatchObject([{ kind: 'retried' }]);
    expect(publisher.records('order-events-retry-1s')).toHaveLength(1);
  });

  it('its copy is acknowledged by the intake', async () => {
    const { play, publisher } = start(fail);
    expect(await play(copy('a', 4))).toMatchObject([{ kind: 'dead-lettered' }]);
    expect(publisher.records(INTAKE)).toHaveLength(1);
  });

  it('and not before the acknowledgement is there', async () => {
    const { clock, run } = start(fail, { latencyMs: 3_000 });
    let isSettled = false;
    const running = run(order('a')).then(() => (isSettled = true));
    await clock.run(clock.sleep(2_900));
    expect(isSettled).toBe(false);
    await clock.run(running);
    expect(isSettled).toBe(true);
  });
});

describe('a record is unsettled when', () => {
  it.each([
    ['retry topic', 'order-events-retry-1s', order('a')],
    ['intake topic', INTAKE, copy('a', 4)],
  ])('no acknowledgement of the %s comes until the deadline', async (_name, topic, record) => {
    const { play, publisher, clock } = start(fail);
    publisher.deleteTopic(topic);
    expect(await play(record)).toMatchObject([{ kind: 'unsettled' }]);
    expect(clock.nowMs()).toBe(START_MS + 40_000);
  });

  it('its hand-over breaks', async () => {
    const { play } = start(fail, { isPublisherBroken: true });
    expect(await play(order('a'), copy('b', 4))).toMatchObject([
      { kind: 'unsettled' },
      { kind: 'unsettled' },
    ]);
  });

  it('there is no time left to start it, and nothing is attempted then', async () => {
    const started: string[] = [];
    const { play } = start(async (name) => void started.push(name), { latestStartInMs: -1 });
    expect(await play(order('a'))).toMatchObject([{ kind: 'unsettled' }]);
    expect(started).toEqual([]);
  });

  it('alone: the others are settled, each by its own outcome', async () => {
    const { play, publisher } = start((name) =>
      name === 'good' ? Promise.resolve() : Promise.reject(new Error('fails')),
    );
    publisher.deleteTopic('order-events-retry-1s');
    const outcomes = await play(
      order('a', { partition: 0, offset: 1 }),
      order('good', { partition: 0, offset: 2 }),
      copy('b', 4, { topic: 'order-events-retry-4s', partition: 1, offset: 3 }),
    );
    expect(Object.fromEntries(outcomes.map(({ offset, kind }) => [offset, kind]))).toEqual({
      1: 'unsettled',
      2: 'processed',
      3: 'dead-lettered',
    });
  });
});

describe('a batch', () => {
  it('hands over what fails together in one call', async () => {
    const { play, publisher } = start(fail);
    await play(...Array.from({ length: 8 }, (_, offset) => order(`k${offset}`, { offset })));
    expect(publisher.calls).toEqual([8]);
  });

  it('hands over what failed early without waiting for a slow record', async () => {
    let handedOver = 0;
    const { play, publisher, clock } = start(async (name) => {
      if (name === 'bad') throw new Error('fails');
      await clock.sleep(4_000);
      handedOver = publisher.records('order-events-retry-1s').length;
    });
    await play(order('slow'), order('bad', { offset: 1 }));
    expect(handedOver).toBe(1);
  });

  it('runs its partitions side by side', async () => {
    const { play, clock } = start(() => clock.sleep(1_000));
    await play(order('a', { partition: 0 }), order('a', { partition: 1 }));
    expect(clock.nowMs() - START_MS).toBeLessThan(1_500);
  });

  it('is not used up by a record over its time limit', async () => {
    const { play, clock, publisher } = start((name) =>
      name === 'endless' ? new Promise(() => undefined) : Promise.resolve(),
    );
    const outcomes = await play(order('endless'), order('good', { offset: 1 }));
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['processed', 'retried']);
    expect(clock.nowMs() - START_MS).toBeLessThan(6_000);
    expect(publisher.records('order-events-retry-1s')).toHaveLength(1);
  });
});

describe('the decision', () => {
  it('a state on the order topic is the record’s own: it gains no attempt', async () => {
    const forged = writeRetryState([], given.state({ attempt: 4 }));
    const { play, publisher } = start(fail);
    expect(await play(order('a', { headers: forged }))).toMatchObject([{ kind: 'retried' }]);
    expect(publisher.records('order-events-retry-1s')[0]?.headers.slice(0, 1)).toEqual(forged);
  });

  it('a corrupt state is dead-lettered unattempted, never attempt 1 again', async () => {
    const attempts: number[] = [];
    const { play, publisher } = start(async (_name, { attempt }) => void attempts.push(attempt));
    const corrupt = copy('a', 1, { headers: [given.header('retry.state', 'nonsense')] });
    expect(await play(corrupt)).toMatchObject([{ kind: 'dead-lettered' }]);
    expect(attempts).toEqual([]);
    const [event] = publisher.records(INTAKE);
    expect(JSON.parse(Buffer.from(event?.value ?? []).toString())).toMatchObject({
      reason: 'corrupt-retry-state',
    });
  });

  it('an attempt beyond a lowered policy is processed', async () => {
    const { play } = start(async () => undefined, { policy: given.policy({ retriesMax: 1 }) });
    expect(await play(copy('a', 9))).toMatchObject([{ kind: 'processed' }]);
  });

  it('and dead-lettered if it fails', async () => {
    const { play } = start(fail, { policy: given.policy({ retriesMax: 1 }) });
    expect(await play(copy('a', 9))).toMatchObject([{ kind: 'dead-lettered' }]);
  });

  it('a copy that its tier refuses for its size goes to the intake at once', async () => {
    const { play, publisher, texts } = start(fail);
    publisher.createTopic('order-events-retry-1s', 1, 10);
    expect(await play(order('a record that is too large'))).toMatchObject([
      { kind: 'dead-lettered' },
    ]);
    expect(publisher.records(INTAKE)).toHaveLength(1);
    expect(texts().filter((text) => text.startsWith('WARN'))).toEqual([]);
  });

  it('with no retries the first failure goes to the DLQ', async () => {
    const { play } = start(fail, { policy: given.policy({ retriesMax: 0 }) });
    expect(await play(order('a'))).toMatchObject([{ kind: 'dead-lettered' }]);
  });
});

it('says CRITICAL at the first failure to reach the intake, once, while it still tries', async () => {
  const { clock, run, publisher, texts } = start(fail);
  publisher.deleteTopic(INTAKE);
  const running = run(copy('ORDER-001', 4));
  await clock.run(clock.sleep(1_000));
  const critical = 'CRITICAL Failed to send order ORDER-001 to DLQ. Message will be retried.';
  expect(texts()).toContain(critical);
  publisher.createTopic(INTAKE);
  expect(await clock.run(running)).toMatchObject([{ kind: 'dead-lettered' }]);
  expect(texts()).not.toContain(critical);
});
