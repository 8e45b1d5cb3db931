import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../lib/effect/system-clock.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import {
  createKafkaTestClient,
  requestOf,
  valueText,
  type KafkaTestClient,
} from '../support/kafka-client.ts';
import { until } from '../support/until.ts';

let cluster: TestCluster;
let client: KafkaTestClient;
beforeAll(async () => {
  cluster = await startTestCluster();
  client = await createKafkaTestClient(cluster.brokers);
}, 120_000);
afterAll(async () => {
  await client.close();
  await cluster[Symbol.asyncDispose]();
});

/** Partition 0 is led by the first broker, partition 1 by the second; each has a copy on the other. */
async function makeTopic(minInSyncReplicas: number): Promise<string> {
  const topic = `test-${randomUUID()}`;
  const replicaAssignment = [
    { partition: 0, replicas: [1, 2] },
    { partition: 1, replicas: [2, 1] },
  ];
  const configEntries = [{ name: 'min.insync.replicas', value: String(minInSyncReplicas) }];
  await client.admin.createTopics({
    topics: [{ topic, replicaAssignment, configEntries }],
    waitForLeaders: false,
  });
  await untilLeaders(topic, [1, 2]);
  return topic;
}

async function untilLeaders(topic: string, leaders: readonly number[]): Promise<void> {
  await until(`leaders ${leaders.join()} of ${topic}`, async () => {
    const metadata = await client.admin.fetchTopicMetadata({ topics: [topic] }).catch(() => null);
    const found = metadata?.topics[0]?.partitions.toSorted((a, b) => a.partitionId - b.partitionId);
    const isSo =
      found?.map(({ leader }) => leader).join() === leaders.join() &&
      found.every(({ isr }) => isr.length === new Set(leaders).size);
    return isSo ? true : undefined;
  });
}

describe('two brokers', () => {
  test('a leader that dies and one that comes back: what is acknowledged is there, in order', async () => {
    const topic = await makeTopic(1);
    let sent = 0;
    let isOver = false;
    /** One record a partition at a time, until it is over. */
    const publish = async (): Promise<number> => {
      for (; !isOver; sent++) {
        const value = Buffer.from(String(sent));
        const requests = [0, 1].map((partition) => requestOf(topic, { partition, value }));
        const deadlineMs = Date.now() + 60_000;
        const outcomes = await client.publisher.publish(requests, { deadlineMs });
        expect(outcomes.map(({ kind }) => kind)).toEqual(['acknowledged', 'acknowledged']);
        await systemClock.sleep(5);
      }
      return sent;
    };
    const publishing = publish();
    await systemClock.sleep(300);
    await cluster.killSecond();
    await untilLeaders(topic, [1, 1]);
    const sentBefore = sent;
    await until('goes on with one broker', () => (sent > sentBefore + 5 ? true : undefined));
    await cluster.startSecond();
    // Both are up when the leader moves back, so the first hears of records that it may not take any more.
    await untilLeaders(topic, [1, 2]);
    await systemClock.sleep(500);
    isOver = true;
    const count = await publishing;
    for (const partition of [0, 1]) {
      const values = (await client.readAll(topic, partition)).map(valueText);
      // A record whose acknowledgement was lost is there twice, next to itself.
      expect([...new Set(values)]).toEqual(Array.from({ length: count }, (_, n) => String(n)));
      expect(values.length).toBeLessThanOrEqual(count + 5);
    }
  });

  test('too few copies are no acknowledgement: it comes when the second broker is back', async () => {
    const topic = await makeTopic(2);
    await cluster.killSecond();
    const requests = [0, 1].map((partition) => requestOf(topic, { partition }));
    const early = await client.publisher.publish(requests, { deadlineMs: Date.now() + 5_000 });
    expect(early.map(({ kind }) => kind)).toEqual(['unknown', 'unknown']);
    const publishing = client.publisher.publish(requests, { deadlineMs: Date.now() + 60_000 });
    await cluster.startSecond();
    expect((await publishing).map(({ kind }) => kind)).toEqual(['acknowledged', 'acknowledged']);
  });
});
