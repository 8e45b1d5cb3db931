import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { KafkaConnection } from '../../lib/effect/kafka/connection.ts';
import { createRecordPublisher } from '../../lib/effect/kafka/publisher.ts';
import { systemClock } from '../../lib/effect/system-clock.ts';
import type { OutgoingRecord, PublishOutcome } from '../../lib/ports/record-publisher.ts';
import {
  createKafkaTestClient,
  createTopic,
  requestOf,
  valueText,
  type KafkaTestClient,
} from '../support/kafka-client.ts';

let client: KafkaTestClient;
beforeAll(async () => {
  client = await createKafkaTestClient(inject('kafkaBrokers'));
});
afterAll(() => client.close());

const soon = () => Date.now() + 20_000;
const kinds = (outcomes: readonly PublishOutcome[]) => outcomes.map(({ kind }) => kind);

/** Notes the size of every produce request, and how many are under way at once. */
function observed(connection: KafkaConnection) {
  const sizes: number[] = [];
  let inFlight = 0;
  let inFlightMax = 0;
  const spy: KafkaConnection = {
    ...connection,
    async send(to, request, deadlineMs) {
      if (request.name !== 'Produce') return connection.send(to, request, deadlineMs);
      const { encode } = request.request as { encode: () => Promise<{ size(): number }> };
      sizes.push((await encode()).size());
      inFlightMax = Math.max(inFlightMax, ++inFlight);
      return connection.send(to, request, deadlineMs).finally(() => inFlight--);
    },
  };
  return { connection: spy, sizes, inFlightMax: () => inFlightMax };
}

describe('publish', () => {
  test('of nothing answers with nothing', async () => {
    expect(await client.publisher.publish([], { deadlineMs: 0 })).toEqual([]);
  });

  test('answers in the order of the requests, over topics and partitions', async () => {
    const [a, b] = [await client.makeTopic(3), await client.makeTopic(2)];
    const counts: number[] = [];
    const request = (topic: string, wanted: number) => ({
      topic,
      build(partitionCount: number): OutgoingRecord {
        counts.push(partitionCount);
        return { partition: wanted % partitionCount, key: null, value: null, headers: [] };
      },
    });
    const requests = [request(a, 2), request(b, 1), request(a, 0), request(a, 2), request(b, 3)];
    const outcomes = await client.publisher.publish(requests, { deadlineMs: soon() });
    expect(outcomes).toEqual([
      { kind: 'acknowledged', partition: 2, offset: 0 },
      { kind: 'acknowledged', partition: 1, offset: 0 },
      { kind: 'acknowledged', partition: 0, offset: 0 },
      { kind: 'acknowledged', partition: 2, offset: 1 },
      { kind: 'acknowledged', partition: 1, offset: 1 },
    ]);
    expect(counts.toSorted((a, b) => a - b)).toEqual([2, 2, 3, 3, 3]);
  });

  test('cuts batches above 512 KiB, sends one request at a time, keeps the order', async () => {
    const topic = await client.makeTopic(2, { 'max.message.bytes': '8388608' });
    const seen = observed(client.connection);
    const publisher = createRecordPublisher({ connection: seen.connection, clock: systemClock });
    const requests = Array.from({ length: 60 }, (_, index) =>
      requestOf(topic, { partition: index % 2, value: Buffer.alloc(60_000, index) }),
    );
    const outcomes = await publisher.publish(requests, { deadlineMs: soon() });
    expect(outcomes).toEqual(
      requests.map((_, index) => ({
        kind: 'acknowledged',
        partition: index % 2,
        offset: Math.floor(index / 2),
      })),
    );
    expect(seen.sizes).toHaveLength(8);
    expect(Math.max(...seen.sizes)).toBeLessThan(512 * 1024 + 200);
    expect(seen.inFlightMax()).toBe(1);
    const values = (await client.readAll(topic, 1)).map(({ value }) => value?.[0]);
    expect(values).toEqual(Array.from({ length: 30 }, (_, index) => 2 * index + 1));
  });

  test('a record that is too large is told apart, the others are acknowledged', async () => {
    const topic = await client.makeTopic(1, { 'max.message.bytes': '50000' });
    const told: number[] = [];
    const sizes = [10, 20_000, 60_000, 30, 20_000, 20_000, 20_000];
    const requests = sizes.map((size) => requestOf(topic, { value: Buffer.alloc(size, 1) }));
    const outcomes = await client.publisher.publish(requests, {
      deadlineMs: soon(),
      onFirstFailure: (index) => told.push(index),
    });
    const large = outcomes[2];
    expect(kinds(outcomes)).toEqual(
      sizes.map((size) => (size > 50_000 ? 'too-large' : 'acknowledged')),
    );
    expect(large?.kind === 'too-large' && large.error.message).toContain('MESSAGE_TOO_LARGE');
    expect(told).toEqual([]);
    const read = await client.readAll(topic);
    expect(read.map(({ value }) => value?.length)).toEqual([
      10, 20_000, 30, 20_000, 20_000, 20_000,
    ]);
  });

  test('a missing topic holds up no other, and arrives when it is there', async () => {
    const present = await client.makeTopic();
    const missing = `test-${randomUUID()}`;
    const told: [number, string][] = [];
    const startedAt = Date.now();
    const publishing = client.publisher.publish(
      [requestOf(missing, { value: Buffer.from('first') }), requestOf(present), requestOf(missing)],
      { deadlineMs: soon(), onFirstFailure: (index, error) => told.push([index, error.message]) },
    );
    while ((await client.readAll(present)).length === 0) await systemClock.sleep(20);
    expect(Date.now() - startedAt).toBeLessThan(1_500);
    await systemClock.sleep(500);
    await createTopic(client.admin, missing, 1);
    expect(kinds(await publishing)).toEqual(['acknowledged', 'acknowledged', 'acknowledged']);
    expect((await client.readAll(missing)).map(valueText)).toEqual(['first', null]);
    expect(await client.readAll(present)).toHaveLength(1);
    const message = `topic ${missing} does not exist: create it`;
    expect(told).toEqual([
      [0, message],
      [2, message],
    ]);
  });

  test('a topic that refuses a record holds up no other; the record arrives when it does not any more', async () => {
    const healthy = await client.makeTopic();
    const refusing = await client.makeTopic(1, { 'cleanup.policy': 'compact' }); // Wants keys.
    const told: string[] = [];
    const publishing = client.publisher.publish([requestOf(refusing), requestOf(healthy)], {
      deadlineMs: soon(),
      onFirstFailure: (index, error) => told.push(`${index}: ${error.message}`),
    });
    while ((await client.readAll(healthy)).length === 0) await systemClock.sleep(20);
    await client.admin.alterConfigs({
      validateOnly: false,
      resources: [
        { type: 2, name: refusing, configEntries: [{ name: 'cleanup.policy', value: 'delete' }] },
      ],
    });
    expect(kinds(await publishing)).toEqual(['acknowledged', 'acknowledged']);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(`0: partition 0 of ${refusing}`);
    expect(await client.readAll(refusing)).toHaveLength(1);
    expect(await client.readAll(healthy)).toHaveLength(1);
  });

  test('a batch that fails holds back those behind it in its partition', async () => {
    const topic = await client.makeTopic(2);
    let failures = 0;
    const connection: KafkaConnection = {
      ...client.connection,
      send(to, request, deadlineMs) {
        if (request.name === 'Produce' && failures++ === 0) {
          return Promise.reject(new Error('a fault of the network'));
        }
        return client.connection.send(to, request, deadlineMs);
      },
    };
    const publisher = createRecordPublisher({ connection, clock: systemClock });
    const told: number[] = [];
    const requests = Array.from({ length: 8 }, (_, index) =>
      requestOf(topic, { partition: index % 2, value: Buffer.alloc(300_000, index) }),
    );
    const outcomes = await publisher.publish(requests, {
      deadlineMs: soon(),
      onFirstFailure: (index) => told.push(index),
    });
    expect(outcomes).toEqual(
      requests.map((_, index) => ({
        kind: 'acknowledged',
        partition: index % 2,
        offset: Math.floor(index / 2),
      })),
    );
    expect(told).toEqual([0, 2, 4, 6]);
  });

  test('a topic that never comes is unknown at the deadline, which is kept, and the connection is dropped', async () => {
    const present = await client.makeTopic();
    const used = await client.connection.broker('any', soon());
    const startedAt = Date.now();
    const outcomes = await client.publisher.publish(
      [requestOf(`test-${randomUUID()}`), requestOf(present)],
      { deadlineMs: startedAt + 1_200 },
    );
    const tookMs = Date.now() - startedAt;
    expect(kinds(outcomes)).toEqual(['unknown', 'acknowledged']);
    expect(tookMs).toBeGreaterThanOrEqual(1_200);
    // Another request would be given 3 s.
    expect(tookMs).toBeLessThan(3_700);
    expect(used.isUsable()).toBe(false);
  });

  test('sends nothing when the deadline has passed', async () => {
    const topic = await client.makeTopic();
    const outcomes = await client.publisher.publish([requestOf(topic)], {
      deadlineMs: Date.now() - 1,
    });
    expect(kinds(outcomes)).toEqual(['unknown']);
    expect(await client.readAll(topic)).toEqual([]);
  });

  test('a partition that does not exist, or a faulty build, harms its own topic alone', async () => {
    const topic = await client.makeTopic();
    const other = await client.makeTopic();
    const faulty = {
      topic: other,
      build: () => {
        throw new Error('no record');
      },
    };
    const outcomes = await client.publisher.publish(
      [requestOf(topic, { partition: 9 }), requestOf(topic), faulty],
      { deadlineMs: Date.now() + 2_000 },
    );
    expect(kinds(outcomes)).toEqual(['unknown', 'acknowledged', 'unknown']);
    expect(await client.readAll(topic)).toHaveLength(1);
  });

  test('goes on with a topic that was deleted and made again with fewer partitions', async () => {
    const topic = await client.makeTopic(4);
    const request = {
      topic,
      build: (count: number) => ({ partition: count - 1, key: null, value: null, headers: [] }),
    };
    const before = await client.publisher.publish([request], { deadlineMs: soon() });
    expect(before).toEqual([{ kind: 'acknowledged', partition: 3, offset: 0 }]);
    await client.admin.deleteTopics({ topics: [topic] });
    const publishing = client.publisher.publish([request, requestOf(await client.makeTopic())], {
      deadlineMs: soon(),
    });
    await systemClock.sleep(300);
    await createTopic(client.admin, topic, 2);
    expect(await publishing).toEqual([
      { kind: 'acknowledged', partition: 1, offset: 0 },
      { kind: 'acknowledged', partition: 0, offset: 0 },
    ]);
  });

  test('several calls at once share the client', async () => {
    const topic = await client.makeTopic(4);
    const calls = Array.from({ length: 20 }, (_, index) =>
      client.publisher.publish([requestOf(topic, { partition: index % 4 })], {
        deadlineMs: soon(),
      }),
    );
    expect(kinds((await Promise.all(calls)).flat())).toEqual(calls.map(() => 'acknowledged'));
  });
});
