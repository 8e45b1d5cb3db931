import { randomUUID } from 'node:crypto';
import kafkajs, { type Admin } from 'kafkajs';
import { createClusterInspector } from '../../lib/effect/kafka/cluster-inspector.ts';
import { createKafkaConnection, type KafkaConnection } from '../../lib/effect/kafka/connection.ts';
import { createRecordPublisher } from '../../lib/effect/kafka/publisher.ts';
import { createRecordReader } from '../../lib/effect/kafka/reader.ts';
import { systemClock } from '../../lib/effect/system-clock.ts';
import type { ConsumedRecord } from '../../lib/model/record.ts';
import { until } from './until.ts';
import type { OutgoingRecord, PublishRequest } from '../../lib/ports/record-publisher.ts';

/** What the tests of the Kafka client need, on a connection of its own. */
export interface KafkaTestClient {
  readonly connection: KafkaConnection;
  readonly publisher: ReturnType<typeof createRecordPublisher>;
  readonly reader: ReturnType<typeof createRecordReader>;
  readonly inspector: ReturnType<typeof createClusterInspector>;
  readonly admin: Admin;
  /** Makes a topic with a name of its own, and resolves when it has leaders. */
  makeTopic(partitions?: number, config?: Readonly<Record<string, string>>): Promise<string>;
  /** All records of a partition. */
  readAll(topic: string, partition?: number): Promise<readonly ConsumedRecord[]>;
  /** Deletes the records of partition 0 before the offset. */
  deleteBefore(topic: string, offset: number): Promise<void>;
  close(): Promise<void>;
}

export async function createKafkaTestClient(brokers: string): Promise<KafkaTestClient> {
  const connection = createKafkaConnection({ brokers: brokers.split(','), clientId: 'test' });
  const deps = { connection, clock: systemClock };
  const reader = createRecordReader(deps);
  const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: 0 });
  const admin = kafka.admin();
  await admin.connect();
  return {
    connection,
    publisher: createRecordPublisher(deps),
    reader,
    inspector: createClusterInspector(deps),
    admin,
    async makeTopic(partitions = 1, config = {}) {
      const topic = `test-${randomUUID()}`;
      await createTopic(admin, topic, partitions, config);
      return topic;
    },
    readAll(topic, partition = 0) {
      const window = { recordsMax: 1e6, bytesMax: 1e9, deadlineMs: Date.now() + 20_000 };
      return reader.read(topic, partition, 0, window);
    },
    async deleteBefore(topic, offset) {
      await admin.fetchTopicOffsets(topic); // kafkajs looks for leaders before it asks for them.
      const partitions = [{ partition: 0, offset: String(offset) }];
      await admin.deleteTopicRecords({ topic, partitions });
    },
    async close() {
      connection.close();
      await admin.disconnect();
    },
  };
}

export async function createTopic(
  admin: Admin,
  topic: string,
  partitions: number,
  config: Readonly<Record<string, string>> = {},
): Promise<void> {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  const topics = [{ topic, numPartitions: partitions, replicationFactor: 1, configEntries }];
  await admin.createTopics({ topics, waitForLeaders: false });
  // kafkajs's own wait fails where the broker does not know yet what its controller has just made.
  await until(`topic ${topic}`, () =>
    admin.fetchTopicMetadata({ topics: [topic] }).catch(() => undefined),
  );
  // A leader that is named may not serve yet.
  await until(`leaders of ${topic}`, () => admin.fetchTopicOffsets(topic).catch(() => undefined));
}

/** Resolves when the broker does not know the topic any more: the controller is told first. */
export async function deleteTopic(admin: Admin, topic: string): Promise<void> {
  const topics = [topic];
  await admin.deleteTopics({ topics });
  await until(`topic ${topic} is gone`, () =>
    admin.fetchTopicMetadata({ topics }).then(
      () => undefined,
      () => true as const,
    ),
  );
}

export async function groupIds(admin: Admin): Promise<string[]> {
  const { groups } = await admin.listGroups();
  return groups.map(({ groupId }) => groupId);
}

/** A request for one record; what is left out is empty or null. */
export function requestOf(topic: string, record: Partial<OutgoingRecord> = {}): PublishRequest {
  return {
    topic,
    build: () => ({ partition: 0, key: null, value: null, headers: [], ...record }),
  };
}

/** Text of a record's value. */
export const valueText = ({ value }: { readonly value: Uint8Array | null }): string | null =>
  value === null ? null : Buffer.from(value).toString();
