import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createClusterInspector } from '../../lib/effect/kafka/cluster-inspector.ts';
import { createKafkaConnection } from '../../lib/effect/kafka/connection.ts';
import { systemClock } from '../../lib/effect/system-clock.ts';
import {
  createKafkaTestClient,
  groupIds,
  requestOf,
  type KafkaTestClient,
} from '../support/kafka-client.ts';

let client: KafkaTestClient;
beforeAll(async () => {
  client = await createKafkaTestClient(inject('kafkaBrokers'));
});
afterAll(() => client.close());

const soon = () => Date.now() + 20_000;

describe('a consumer group', () => {
  test('that is live has its members and their partitions; when they left it is empty', async () => {
    const topic = await client.makeTopic(4);
    const groupId = `group-${randomUUID()}`;
    await client.publisher.publish([requestOf(topic, { partition: 2 })], { deadlineMs: soon() });
    const kafka = new kafkajs.Kafka({ brokers: [inject('kafkaBrokers')], logLevel: 0 });
    const consumer = kafka.consumer({ groupId });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({ eachMessage: () => Promise.resolve() });
    const describeIt = () => client.inspector.describeGroup(groupId, soon());
    while ((await describeIt()).state !== 'Stable') await systemClock.sleep(50);
    const live = await describeIt();
    const assigned = live.members.map(({ assignments }) =>
      [...assignments].map(([name, partitions]) => [name, partitions.toSorted((a, b) => a - b)]),
    );
    expect(assigned).toEqual([[[topic, [0, 1, 2, 3]]]]);
    await consumer.commitOffsets([{ topic, partition: 2, offset: '1' }]);
    await consumer.disconnect();
    expect(await describeIt()).toEqual({ state: 'Empty', members: [] });
    const committed = await client.inspector.committedOffsets(groupId, topic, soon());
    expect(committed.get(2)).toBe(1);
    expect(await client.inspector.committedOffsets(groupId, 'other', soon())).toEqual(new Map());
  });

  test('that nobody knows is dead, without members or offsets, and does not appear', async () => {
    const groupId = `none-${randomUUID()}`;
    const description = await client.inspector.describeGroup(groupId, soon());
    expect(description).toEqual({ state: 'Dead', members: [] });
    expect(await client.inspector.committedOffsets(groupId, 'any', soon())).toEqual(new Map());
    expect(await groupIds(client.admin)).not.toContain(groupId);
  });
});

test('a cluster that is not there is named, with cause and remedy, by the deadline', async () => {
  const connection = createKafkaConnection({ brokers: ['127.0.0.1:1'], clientId: 'test' });
  const inspector = createClusterInspector({ connection, clock: systemClock });
  const startedAt = Date.now();
  await expect(inspector.describeGroup('g', startedAt + 600)).rejects.toMatchObject({
    code: 'KAFKA_UNAVAILABLE',
    message:
      'Kafka at 127.0.0.1:1 did not describe the group g: Connection error: connect ECONNREFUSED 127.0.0.1:1. Check that the brokers run, that they can be reached from here, and that KAFKA_BROKERS names them',
  });
  expect(Date.now() - startedAt).toBeLessThan(3_100);
  connection.close();
});
