import { Kafka, logLevel } from 'kafkajs';
import { expect, inject, it } from 'vitest';
import { startTestBroker } from '../../support/broker.ts';

const TOPIC = 'kept';

it('the shared broker of a test run serves', async () => {
  const admin = client(inject('kafkaBrokers')).admin();
  await admin.connect();

  const { brokers } = await admin.describeCluster();
  await admin.disconnect();

  expect(brokers).toHaveLength(1);
});

it('a broker that was killed comes back on its port with what it had acknowledged', async () => {
  await using broker = await startTestBroker();
  await writeOne(broker.brokers);

  await broker.kill();
  await broker.restart();

  const admin = client(broker.brokers).admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(TOPIC);
  await admin.disconnect();
  expect(offsets).toMatchObject([{ partition: 0, high: '1' }]);
});

async function writeOne(brokers: string): Promise<void> {
  const kafka = client(brokers);
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic: TOPIC, acks: -1, messages: [{ value: 'one' }] });
  await producer.disconnect();
}

function client(brokers: string): Kafka {
  return new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
}
