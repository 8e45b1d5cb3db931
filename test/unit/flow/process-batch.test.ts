import { describe, expect, it } from 'vitest';
import { writeRetryState } from '../../../lib/codec/retry-state.ts';
import { createBatchJournal } from '../../../lib/flow/batch-journal.ts';
import { processBatch } from '../../../lib/flow/process-batch.ts';
import type { ConsumedRecord } from '../../../lib/model/record.ts';
import type { RetryPolicy } from '../../../lib/model/retry.ts';
import type { AttemptContext, Business } from '../../../lib/ports/business.ts';
import type { RecordPublisher } from '../../../lib/ports/record-publisher.ts';
import * as given from '../../support/builders.ts';
import { captureLog, noteMetrics } from '../../support/log-lines.ts';
import { createMemoryPublisher } from '../../support/memory-publisher.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

const START_MS = 1_000_000;
const INTAKE = 'order-events-dlq-intake';
const TIERS = ['order-events-retry-1s', 'order-events-retry-2s', 'order-events-retry-4s'];

type Handle = (text: string, context: AttemptContext) => Promise<void>;

const fail: Handle = () => Promise.reject(new Error('fails'));

interface Options {
  readonly policy?: RetryPolicy;
  readonly latencyMs?: number;
  readonly latestStartInMs?: number;
  readonly handOverInMs?: number;
  /** A publisher that breaks its promise never to reject. */
  readonly isPublisherBroken?: boolean;
}

const brokenPublisher: RecordPublisher = { publish: () => Promise.reject(new Error('a fault')) };

/** A service in memory: topics of the policy, a business that does `handle`, and the flow over them. */
function start(handle: Handle, options: Options = {}) {
  const { policy = given.policy(), latencyMs, latestStartInMs = 30_000 } = options;
  const clock = createVirtualClock(START_MS);
  const publisher = createMemoryPublisher(clock, latencyMs);
  for (const topic of [...TIERS, INTAKE]) publisher.createTopic(topic, 2);
  const business: Business<unknown> = {
    readId: (value) => value?.toString(),
    decode: (value) => ({ ok: true, body: Buffer.from(value).toString() }),
    handle: ({ body }, context) => handle(body as string, context),
  };
  const { log, texts } = captureLog();
  const deadlines = {
    latestStartMs: START_MS + latestStartInMs,
    handOverMs: START_MS + (options.handOverInMs ?? 40_000),
  };
  const deps = {
    business,
    clock,
    publisher: options.isPublisherBroken ? brokenPublisher : publisher,
    policy,
    processingTimeoutMs: 5_000,
    concurrencyMax: 10,
    identity: { functionName: 'f', functionVersion: '1', requestId: 'r' },
    orderTopic: 'order-events',
    intakeTopic: INTAKE,
    journal: createBatchJournal({ business, log, policy, metrics: noteMetrics().metrics }),
  };
  const run = (...records: ConsumedRecord[]) => {
    const byPartition = Map.groupBy(records, ({ topic, partition }) => `${topic}-${partition}`);
    const batch = [...byPartition].map(([key, list]) => ({ key, records: list }));
    return processBatch(batch, deadlines, deps);
  };
  return { clock, publisher, texts, run, play: (...r: ConsumedRecord[]) => clock.run(run(...r)) };
}

const order = (name: string, over: Partial<ConsumedRecord> = {}) =>
  given.record({ key: given.bytes(name), value: given.bytes(name), ...over });

const copy = (name: string, attempt: number, over: Partial<ConsumedRecord> = {}) =>
  order(name, {
    topic: 'order-events-retry-1s',
    headers: writeRetryState([], given.state({ attempt })),
    ...over,
  });

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

it('says CRITICAL when there was no time left to hand over at all', async () => {
  const { play, texts } = start(fail, { handOverInMs: -1 });
  expect(await play(copy('ORDER-001', 4))).toMatchObject([{ kind: 'unsettled' }]);
  expect(texts().filter((text) => text.startsWith('CRITICAL'))).toEqual([
    'CRITICAL Failed to send order ORDER-001 to DLQ. Message will be retried.',
  ]);
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

it('a dead letter that the intake refuses for its size is handed over without its bytes, and the log says where they are', async () => {
  const { play, publisher, texts } = start(fail);
  publisher.createTopic(INTAKE, 1, 4_000);
  const large = { ...order('ORDER-001'), headers: [given.header('h', 'x'.repeat(4_000))] };
  const headers = writeRetryState(large.headers, given.state({ attempt: 4 }));
  const record = { ...large, topic: 'order-events-retry-4s', headers };
  expect(await play(record)).toMatchObject([{ kind: 'dead-lettered' }]);
  const [event] = publisher.records(INTAKE);
  expect(JSON.parse(Buffer.from(event?.value ?? []).toString())).toMatchObject({
    record: { key: null, value: null, headers: 'AA==' },
    leftOut: { orderId: 'ORDER-001', valueSizeBytes: 9 },
  });
  expect(texts().filter((text) => text.startsWith('CRITICAL'))).toEqual([
    "CRITICAL Order ORDER-001 is too large for its dead letter: its bytes stay in order-events, partition 0, offset 0, until that topic's retention ends",
  ]);
});

it('says CRITICAL when the intake refuses even an event without bytes, and leaves its record unsettled', async () => {
  const { play, publisher, texts } = start(fail);
  publisher.createTopic(INTAKE, 1, 10);
  expect(await play(copy('ORDER-001', 4))).toMatchObject([{ kind: 'unsettled' }]);
  expect(texts()).toContain(
    'CRITICAL Failed to send order ORDER-001 to DLQ. Message will be retried.',
  );
});
