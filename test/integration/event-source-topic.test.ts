import { Admin } from '@platformatic/kafka';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  createEventSourceHarness,
  textsOf,
  type EventSourceHarness,
} from '../support/event-source-harness.ts';
import { createKafkaTestClient } from '../support/kafka-client.ts';

let harness: EventSourceHarness;
let admin: Admin;
beforeAll(() => {
  const brokers = inject('kafkaBrokers');
  harness = createEventSourceHarness(brokers);
  admin = new Admin({ clientId: 'test', bootstrapBrokers: brokers.split(',') });
});
afterAll(async () => {
  await harness.close();
  await admin.close();
});

const recordsOf = (...values: string[]) => values.map((value) => ({ value }));

/** Deletes the topic and creates it again. Resolves when it can be written to. */
async function remake(topic: string, absentMs: number): Promise<void> {
  const idNow = async () =>
    (await admin.metadata({ topics: [topic], forceUpdate: true })).topics.get(topic)?.id;
  const former = await idNow();
  await admin.deleteTopics({ topics: [topic] });
  await sleep(absentMs);
  const create = () => admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 });
  const isThere = async () => {
    await create().catch(() => undefined);
    const id = await idNow().catch(() => former);
    return id !== former;
  };
  await expect.poll(isThere, { timeout: 10_000 }).toBe(true);
}

async function addPartition(topic: string): Promise<void> {
  const client = await createKafkaTestClient(inject('kafkaBrokers'));
  await client.admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] });
  await client.close();
}
describe('a topic', () => {
  test('that does not exist yet is waited for, and that is said once', async () => {
    const topic = `esm-late-${randomUUID()}`;
    const running = harness.start(topic);
    await expect
      .poll(() => running.source.state()[0]?.state, { timeout: 10_000 })
      .toBe('waiting-for-topic');
    await sleep(1_000);
    await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 });
    await harness.produce(topic, [{ value: 'a' }]);
    await harness.untilCommitted(running, topic, [1]);
    expect(running.warnings).toEqual([
      `Topic ${topic} does not exist yet: the mapping to f waits for it`,
    ]);
  });

  test('that gets more partitions is read from all of them', async () => {
    const topic = await harness.makeTopic(1);
    const running = harness.start(topic);
    await harness.produce(topic, [{ value: 'a' }]);
    await harness.untilCommitted(running, topic, [1]);
    await addPartition(topic);
    await expect
      .poll(() => running.source.state()[0]?.partitions, { timeout: 30_000 })
      .toEqual([0, 1]);
    await harness.produce(topic, [{ value: 'b', partition: 1 }]);
    await harness.untilCommitted(running, topic, [1, 1]);
  });

  test('whose records are gone is read from where it begins now', async () => {
    const topic = await harness.makeTopic();
    await harness.produce(topic, [{ value: 'a' }, { value: 'b' }, { value: 'c' }]);
    const first = harness.start(topic, { batchSize: 1 });
    await harness.untilCommitted(first, topic, [3]);
    await first.source.stop();
    await harness.produce(topic, [{ value: 'd' }, { value: 'e' }]);
    const partitions = [{ partition: 0, offset: 4n }];
    await admin.deleteRecords({ topics: [{ name: topic, partitions }] });
    const second = harness.start(topic, { consumerGroupId: first.groupId });
    await harness.untilCommitted(second, topic, [5]);
    expect(textsOf(second)).toEqual(['e']);
  });

  test('whose records are gone before they are read: what was read already is still delivered', async () => {
    const topic = await harness.makeTopic();
    await harness.produce(topic, recordsOf('report:6', 'slow:1', 'c'));
    const running = harness.start(topic, { batchSize: 1 });
    await expect.poll(() => running.invocations().length, { timeout: 20_000 }).toBeGreaterThan(0);
    await harness.produce(topic, recordsOf('d', 'e'));
    const partitions = [{ partition: 0, offset: 5n }];
    await admin.deleteRecords({ topics: [{ name: topic, partitions }] });
    await harness.produce(topic, recordsOf('f'));
    await harness.untilCommitted(running, topic, [6]);
    expect(new Set(textsOf(running))).toEqual(new Set(['report:6', 'slow:1', 'c', 'f']));
    expect(running.warnings).toContain(`${topic}-0: offset 3 is gone, reading goes on at 5`);
  });

  test.each([
    { position: 'TRIM_HORIZON', again: 'at once', absentMs: 0 },
    { position: 'TRIM_HORIZON', again: 'later', absentMs: 4_000 },
    { position: 'LATEST', again: 'later', absentMs: 4_000 },
  ] as const)(
    'that is deleted and made again $again is read from its beginning ($position)',
    async ({ position, absentMs }) => {
      const topic = await harness.makeTopic();
      const running = harness.start(topic, { startingPosition: position });
      await expect.poll(() => running.source.state()[0]?.state, { timeout: 20_000 }).toBe('member');
      await harness.produce(topic, recordsOf('a', 'b', 'c'));
      await harness.untilCommitted(running, topic, [3]);
      await remake(topic, absentMs);
      await harness.produce(topic, recordsOf('A', 'B', 'C', 'D', 'E'));
      await harness.untilCommitted(running, topic, [5]);
      expect(textsOf(running)).toEqual(['a', 'b', 'c', 'A', 'B', 'C', 'D', 'E']);
      expect(running.warnings).toContain(
        `${topic} was deleted and made anew: it is read from its beginning`,
      );
    },
  );

  test('that is made anew has no committed offset of the old one, also where that still waited to be committed', async () => {
    const topic = await harness.makeTopic();
    await harness.produce(topic, recordsOf('a'));
    const running = harness.start(topic);
    await harness.untilCommitted(running, topic, [1]);
    await harness.produce(topic, recordsOf('slow:1'));
    await expect.poll(() => running.invocations().length, { timeout: 20_000 }).toBe(2);
    await remake(topic, 4_000);
    await sleep(1_000);
    expect(await harness.committed(running.groupId, topic)).toEqual([-1]);
    await harness.produce(topic, recordsOf('A', 'B', 'C'));
    await harness.untilCommitted(running, topic, [3]);
    expect(textsOf(running)).toEqual(['a', 'slow:1', 'A', 'B', 'C']);
  });

  test('that is made anew ends the redelivery of what the old one held', async () => {
    const topic = await harness.makeTopic();
    await harness.produce(topic, recordsOf('report:1000', 'b', 'c'));
    const running = harness.start(topic, { batchSize: 1 });
    await expect.poll(() => running.invocations().length, { timeout: 20_000 }).toBeGreaterThan(1);
    await remake(topic, 0);
    await harness.produce(topic, [{ value: 'A' }]);
    await harness.untilCommitted(running, topic, [1]);
    expect(textsOf(running).at(-1)).toBe('A');
  });
});
