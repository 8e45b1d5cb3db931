import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import * as z from 'zod/mini';
import { createOrderAnswer } from '../../lib/orders/order-api.ts';
import { partitionOfKey } from '../../lib/decide/partition.ts';
import { ensureTopics } from '../../localstack/topics.ts';
import { createApi, ownConfig, type Api } from '../support/api.ts';
import { startTestBroker, type TestBroker } from '../support/broker.ts';
import { createKafkaTestClient, type KafkaTestClient } from '../support/kafka-client.ts';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('an order that is accepted', () => {
  const brokers = inject('kafkaBrokers');
  const config = ownConfig(brokers);
  let client: KafkaTestClient;
  let api: Api;
  beforeAll(async () => {
    await ensureTopics(brokers, config);
    client = await createKafkaTestClient(brokers);
    api = createApi(config);
  });
  afterAll(() => client.close());

  it('lies where the answer says, as the answer has it, with key and trace', async () => {
    const answer = await api.createOrder(
      { orderId: 'ORDER-1', numItems: 3 },
      { traceparent: TRACEPARENT, tracestate: 'rojo=1' },
    );

    expect(answer.status).toBe(202);
    const body = z.parse(createOrderAnswer, answer.body);
    expect(body).toMatchObject({
      orderId: 'ORDER-1',
      topic: config.topics.order,
      partition: partitionOfKey(Buffer.from('ORDER-1'), 4),
    });
    expect(body.order.items).toHaveLength(3);
    const records = await client.readAll(body.topic, body.partition);
    const record = records.find(({ offset }) => offset === body.offset);
    expect(record?.key).toEqual(Buffer.from('ORDER-1'));
    expect(JSON.parse(String(record?.value))).toEqual(body.order);
    expect(record?.headers).toEqual([
      { key: 'traceparent', value: Buffer.from(TRACEPARENT) },
      { key: 'tracestate', value: Buffer.from('rojo=1') },
    ]);
    expect(answer.headers.traceparent).toBe(TRACEPARENT);
  });

  it('gets an id where it has none, never the same twice', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => api.createOrder({ numItems: 1 })));

    const ids = answers.map(({ body }) => z.parse(createOrderAnswer, body).orderId);
    expect(new Set(ids).size).toBe(3);
  });

  it('may have as many items as the contract allows', async () => {
    expect((await api.createOrder({ numItems: 1000 })).status).toBe(202);
  });
});

describe('an order that no broker acknowledged never says success', () => {
  let broker: TestBroker;
  let api: Api;
  beforeAll(async () => {
    broker = await startTestBroker();
    const config = ownConfig(broker.brokers);
    await ensureTopics(broker.brokers, config);
    api = createApi(config);
  });
  afterAll(() => broker[Symbol.asyncDispose]());

  async function refused() {
    const startMs = performance.now();
    const answer = await api.createOrder({ orderId: 'ORDER-1', numItems: 1 });
    expect(performance.now() - startMs).toBeLessThan(10_000);
    expect(answer).toMatchObject({
      status: 503,
      body: { success: false, code: 'PUBLISH_NOT_ACKNOWLEDGED' },
    });
    expect(answer.body.message).toContain('may have been written');
  }

  it('while the broker does not answer, within 10 s, and goes on when it does again', async () => {
    expect((await api.createOrder({ numItems: 1 })).status).toBe(202);
    broker.freeze();
    // A signal is on its way for a moment, in which the broker may still answer.
    await sleep(200);
    await refused();
    broker.thaw();
    expect((await api.createOrder({ numItems: 1 })).status).toBe(202);
  });

  it('while the broker is gone, within 10 s, and goes on when it is back', async () => {
    await broker.stop();
    await refused();
    await broker.restart();
    expect((await api.createOrder({ numItems: 1 })).status).toBe(202);
  });
});
