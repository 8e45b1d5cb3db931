import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { startDynamoDb, type DynamoDbServer } from '../../localstack/dynamodb.ts';
import { createTopic, deleteTopic } from '../support/kafka-client.ts';
import { failedEvent } from '../support/dead-letters.ts';
import { startDeadLetterStack, type DeadLetterStack } from '../support/dead-letter-stack.ts';
import { testDir } from '../support/test-stack.ts';

const CRITICAL = 'CRITICAL Failed to send order ORDER-1 to DLQ. Message will be retried.';
/** Whether its failure group is new is a matter of the test before. */
const told = () => stack.log.texts().filter((text) => !text.startsWith('WARN New failure group'));
const SENT = 'ERROR Message sent to DLQ | OrderID: ORDER-1 | Error: ValueError | Retry Count: 3';

let dir: string;
let dynamodb: DynamoDbServer;
let stack: DeadLetterStack;
const start = (port: number) =>
  startDynamoDb({ dataDir: join(dir, 'data'), port, logFile: join(dir, 'log'), tables: [] });

beforeAll(async () => {
  dir = mkdtempSync(join(testDir(), 'dead-letters-outages-'));
  dynamodb = await start(0);
  stack = await startDeadLetterStack({
    brokers: inject('kafkaBrokers'),
    schemaRegistryUrl: inject('schemaRegistryUrl'),
    dynamodbEndpoint: dynamodb.endpoint,
  });
});
afterAll(async () => {
  await stack.close();
  await dynamodb.stop();
  rmSync(dir, { recursive: true, force: true });
});

let nextOffset = 0;
const failure = () =>
  failedEvent({
    origin: { topic: stack.topics.order, partition: 0, offset: nextOffset++, timestampMs: 1 },
  });

it('without the DLQ topic a dead letter is CRITICAL, stays, and arrives once the topic is back', async () => {
  const event = failure();
  const record = await stack.handEvent(event);
  await deleteTopic(stack.kafka.admin, stack.topics.dlq);
  expect(await stack.publish([record], { timeoutMs: 4_000 })).toEqual(['unsettled']);
  expect(await stack.index.get(event.id)).toBeUndefined();
  expect(stack.log.texts()).toEqual([CRITICAL, expect.stringMatching(/^ERROR .*uncommitted/)]);

  const publishing = stack.publish([record]);
  await sleep(1_500);
  await createTopic(stack.kafka.admin, stack.topics.dlq, 3, { 'cleanup.policy': 'compact' });
  expect(await publishing).toEqual(['dead-lettered']);
  expect((await stack.read(event.id))?.envelope?.originalValue).toEqual(event.record.value);
  expect(told()).toEqual([CRITICAL, SENT]);
});

it('without the index a dead letter is CRITICAL, stays, and arrives once the index is back', async () => {
  const event = failure();
  const record = await stack.handEvent(event);
  const { port } = new URL(dynamodb.endpoint);
  await dynamodb.stop();
  expect(await stack.publish([record], { timeoutMs: 3_000 })).toEqual(['unsettled']);
  expect(stack.log.texts()[0]).toBe(CRITICAL);

  const publishing = stack.publish([record]);
  await sleep(1_000);
  dynamodb = await start(Number(port));
  expect(await publishing).toEqual(['dead-lettered']);
  expect((await stack.read(event.id))?.item).toMatchObject({ state: 'open', revision: 1 });
  expect(told()).toEqual([CRITICAL, SENT]);
});
