import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import * as z from 'zod/mini';
import { dlqInfoAnswer } from '../../lib/codec/dlq-info-answer.ts';
import { writeRetryState } from '../../lib/codec/retry-state.ts';
import { groupOf, type Config } from '../../lib/config.ts';
import type { RetryState } from '../../lib/model/retry.ts';
import type { OutgoingRecord } from '../../lib/ports/record-publisher.ts';
import { ensureTopics } from '../../localstack/topics.ts';
import { createApi, ownConfig } from '../support/api.ts';
import { startTestBroker } from '../support/broker.ts';
import * as given from '../support/builders.ts';
import { createKafkaTestClient, requestOf, type KafkaTestClient } from '../support/kafka-client.ts';
import { startService } from '../support/service.ts';
import { until } from '../support/until.ts';

const brokers = inject('kafkaBrokers');
const DUE_MS = Date.UTC(2030, 0, 1);
let client: KafkaTestClient;
beforeAll(async () => {
  client = await createKafkaTestClient(brokers);
});
afterAll(() => client.close());

async function setUp() {
  const config = ownConfig(brokers);
  await ensureTopics(brokers, config);
  const api = createApi(config);
  const info = async () => {
    const answer = await api.info();
    expect(answer.status).toBe(200);
    return z.parse(dlqInfoAnswer, answer.body);
  };
  const tiers = config.policy.tiers.map(({ topic }) => topic);
  return { config, info, tiers };
}

async function produce(topic: string, records: readonly Partial<OutgoingRecord>[]) {
  const outcomes = await client.publisher.publish(
    records.map((record) => requestOf(topic, record)),
    { deadlineMs: Date.now() + 20_000 },
  );
  expect(outcomes.every(({ kind }) => kind === 'acknowledged')).toBe(true);
}

/** A record that waits for its next attempt. */
function waiting(orderId: string, state: Partial<RetryState> = {}): Partial<OutgoingRecord> {
  const error = { type: 'ValueError', message: 'Simulated processing failure' };
  return {
    value: Buffer.from(JSON.stringify(given.orderEvent({ orderId }))),
    headers: writeRetryState([], given.state({ attempt: 2, notBeforeMs: DUE_MS, error, ...state })),
  };
}

async function commit(config: Config, topic: string, partition: number, offset: number) {
  await client.admin.setOffsets({
    groupId: groupOf(topic, config),
    topic,
    partitions: [{ partition, offset: String(offset) }],
  });
}

describe('what waits', () => {
  it('is nothing where nothing was retried, and nobody runs where nobody polls', async () => {
    const { config, info } = await setUp();

    expect(await info()).toEqual({
      success: true,
      dlqConfig: {
        dlqTopic: config.topics.dlq,
        maxRetries: 3,
        initialBackoffMs: 1000,
        maxBackoffMs: 30_000,
      },
      consumerStats: { isRunning: false, messagesInRetry: 0, retryTrackerDetails: [] },
    });
  });

  it('is counted from committed to last offset in every partition of every tier, and shown next due first', async () => {
    const { config, info, tiers } = await setUp();
    const [first = '', second = ''] = tiers;
    await produce(first, [
      waiting('DONE'),
      waiting('A', { notBeforeMs: DUE_MS + 5 }),
      { ...waiting('B', { notBeforeMs: DUE_MS + 3 }), partition: 1 },
    ]);
    await produce(second, [waiting('C', { attempt: 3, notBeforeMs: DUE_MS + 4 })]);
    await commit(config, first, 0, 1);

    const { consumerStats } = await info();

    expect(consumerStats.messagesInRetry).toBe(3);
    expect(
      consumerStats.retryTrackerDetails.map(({ orderId, attempt, topic, partition, offset }) => [
        orderId,
        attempt,
        topic,
        partition,
        offset,
      ]),
    ).toEqual([
      ['B', 2, first, 1, 0],
      ['C', 3, second, 0, 0],
      ['A', 2, first, 0, 1],
    ]);
    expect(consumerStats.retryTrackerDetails[0]).toMatchObject({
      dueAt: new Date(DUE_MS + 3).toISOString(),
      errorType: 'ValueError',
      errorMessage: 'Simulated processing failure',
      originalTopic: 'order-events',
      originalOffset: 0,
    });
    expect(consumerStats.truncated).toBeUndefined();
  });

  it('is shown although its state is corrupt or its value is no order', async () => {
    const { info, tiers } = await setUp();
    await produce(tiers[0] ?? '', [
      { value: Buffer.from('{"orderId":"ORDER-1"}'), headers: [given.header('retry.state', 'x')] },
      { ...waiting('x'), value: Buffer.from([0xff]) },
    ]);

    const { retryTrackerDetails: details } = (await info()).consumerStats;

    expect(details).toHaveLength(2);
    expect(details).toContainEqual(
      expect.objectContaining({
        orderId: 'ORDER-1',
        attempt: null,
        errorType: 'CorruptRetryState',
        offset: 0,
      }),
    );
    expect(details).toContainEqual(
      expect.objectContaining({ orderId: null, attempt: 2, offset: 1 }),
    );
  });

  it('is shown up to 100 of it, and the whole is counted', async () => {
    const { info, tiers } = await setUp();
    const records = Array.from({ length: 60 }, (_, n) => waiting(`ORDER-${n}`));
    await produce(tiers[0] ?? '', records);
    await produce(tiers[1] ?? '', records);

    const { consumerStats } = await info();

    expect(consumerStats).toMatchObject({ messagesInRetry: 120, truncated: true });
    expect(consumerStats.retryTrackerDetails).toHaveLength(100);
  });

  it('is counted in the other tiers where the topic of one is missing, which is named', async () => {
    const { info, tiers } = await setUp();
    const [first = '', second = ''] = tiers;
    await produce(first, [waiting('A')]);
    await client.admin.deleteTopics({ topics: [second] });

    const { consumerStats } = await until('the topic is gone for the reader, too', async () => {
      const answer = await info();
      return answer.consumerStats.missingTopics === undefined ? undefined : answer;
    });

    expect(consumerStats).toMatchObject({ messagesInRetry: 1, missingTopics: [second] });
  });
});

it('is running while a mapping polls the order topic, and in step with what it commits', async () => {
  await using service = await startService();
  const api = createApi(service.config);
  const stats = async () => z.parse(dlqInfoAnswer, (await api.info()).body).consumerStats;
  await until('it runs', async () => ((await stats()).isRunning ? true : undefined));

  await service.produce(service.order('ORDER-TEST-FAIL'));
  await service.untilDeadLetters(1);
  await until('nothing waits', async () =>
    (await stats()).messagesInRetry === 0 ? true : undefined,
  );
  await service.stop();

  expect(await stats()).toMatchObject({ isRunning: false, messagesInRetry: 0 });
});

it('a cluster that does not answer is a 503 within 10 s, and asked again when it is back', async () => {
  await using broker = await startTestBroker();
  const config = ownConfig(broker.brokers);
  await ensureTopics(broker.brokers, config);
  const api = createApi(config);
  expect((await api.info()).status).toBe(200);

  for (const [down, up] of [
    [() => broker.freeze(), () => broker.thaw()],
    [() => broker.stop(), () => broker.restart()],
  ] as const) {
    await down();
    const startMs = performance.now();
    expect(await api.info()).toMatchObject({
      status: 503,
      body: { success: false, code: 'KAFKA_UNAVAILABLE' },
    });
    expect(performance.now() - startMs).toBeLessThan(10_000);
    await up();
    expect((await api.info()).status).toBe(200);
  }
});
