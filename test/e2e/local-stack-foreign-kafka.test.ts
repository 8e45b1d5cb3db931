import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withAdmin } from '../../localstack/kafka-admin.ts';
import { startTestBroker, type TestBroker } from '../support/broker.ts';
import { createStackHome, processesOf, startProgram } from '../support/local-stack.ts';

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

  expect(await started.exited).toBe(0);
  expect(kafka).toBe(broker.brokers);
  expect(answer.status).toBe(202);
  expect(existsSync(join(home.dir, 'kafka.log'))).toBe(false);
  expect(processesOf(home.dir)).toEqual([]);
  const offsets = await withAdmin(broker.brokers, (admin) =>
    admin.fetchTopicOffsets('order-events'),
  );
  expect(offsets.reduce((sum, { high }) => sum + Number(high), 0)).toBe(1);
});
