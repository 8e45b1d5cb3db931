import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTopics, withAdmin } from '../../localstack/kafka-admin.ts';
import { startTestBroker, type TestBroker } from '../support/broker.ts';
import { createStackHome, endedWith, startProgram } from '../support/local-stack.ts';
import { processesOf } from '../support/processes.ts';

const home = createStackHome();
let broker: TestBroker;
beforeAll(async () => {
  broker = await startTestBroker();
});
afterAll(async () => {
  home.remove();
  await broker[Symbol.asyncDispose]();
});

it('KAFKA_BROKERS: that Kafka gets the topics and is used, none is started, and it is left running', async () => {
  const started = startProgram({ ...home.env, KAFKA_BROKERS: broker.brokers });
  const { api, kafka } = await started.up();
  const answer = await fetch(`${api}/api/create-order`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"numItems": 1}',
  });
  started.process.kill('SIGTERM');

  await endedWith(started, 0);
  expect(kafka).toBe(broker.brokers);
  expect(answer.status).toBe(202);
  expect(existsSync(join(home.dir, 'kafka.log'))).toBe(false);
  expect(processesOf(home.dir)).toEqual([]);
  const offsets = await withAdmin(broker.brokers, (admin) =>
    admin.fetchTopicOffsets('order-events'),
  );
  expect(offsets.reduce((sum, { high }) => sum + Number(high), 0)).toBe(1);
});

it.each([
  { program: 'npm start', args: ['localstack/start.ts'], order: 'shop' },
  {
    program: 'serverless offline',
    args: ['node_modules/serverless/bin/serverless.js', 'offline'],
    order: 'store',
  },
])(
  '$program refuses over a retry topic that nothing names: topic, reason and remedies',
  async ({ args, order }) => {
    const topic = `${order}-retry-8s`;
    await withAdmin(broker.brokers, (admin) => createTopics(admin, [{ topic }]));
    const env = { KAFKA_BROKERS: broker.brokers, KAFKA_ORDER_TOPIC: order };
    const started = startProgram({ ...home.env, ...env }, args);

    await endedWith(started, 1);
    expect(started.stderr()).toContain(
      `A retry topic exists that neither the retry policy nor DLQ_DRAIN_DELAYS_MS names, so nobody would read what is in there: ${topic}.`,
    );
    expect(started.stderr()).toContain('Set DLQ_DRAIN_DELAYS_MS=8000 and start again');
    expect(started.stderr()).toContain(`--delete --topic ${topic}`);
    expect(processesOf(home.dir)).toEqual([]);
  },
);
