import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { systemClock } from '../../lib/effect/system-clock.ts';
import type { RecordContent } from '../../lib/model/record.ts';
import type { PublishOutcome, RecordPublisher } from '../../lib/ports/record-publisher.ts';
import { createKafkaTestClient, createTopic, requestOf } from '../support/kafka-client.ts';
import { createMemoryPublisher } from '../support/memory-publisher.ts';
import { until } from '../support/until.ts';

/** A publisher, and what a test needs around it. */
interface Subject {
  readonly publisher: RecordPublisher;
  makeTopic(topic: string, partitions?: number, recordBytesMax?: number): Promise<void>;
  readAll(topic: string): Promise<readonly RecordContent[]>;
  close(): Promise<void>;
}

async function inKafka(): Promise<Subject> {
  const client = await createKafkaTestClient(inject('kafkaBrokers'));
  return {
    publisher: client.publisher,
    makeTopic: (topic, partitions = 1, recordBytesMax = 1_000_000) => {
      const config = { 'max.message.bytes': String(recordBytesMax) };
      return createTopic(client.admin, topic, partitions, config);
    },
    readAll: (topic) => client.readAll(topic),
    close: () => client.close(),
  };
}

async function inMemory(): Promise<Subject> {
  const publisher = createMemoryPublisher(systemClock);
  return {
    publisher,
    makeTopic: async (topic, partitions, recordBytesMax) =>
      publisher.createTopic(topic, partitions, recordBytesMax),
    readAll: async (topic) => publisher.records(topic),
    close: async () => undefined,
  };
}

const kinds = (outcomes: readonly PublishOutcome[]) => outcomes.map(({ kind }) => kind);
const soon = () => Date.now() + 20_000;
const topicName = () => `test-${randomUUID()}`;

describe.each([
  ['in Kafka', inKafka],
  ['in memory', inMemory],
])('a publisher %s', (_where, start) => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await start();
  });
  afterAll(() => subject.close());

  test('answers in the order of the requests with the place of each', async () => {
    const topic = topicName();
    await subject.makeTopic(topic, 3);
    const requests = [2, 0, 2].map((partition) => requestOf(topic, { partition }));
    expect(await subject.publisher.publish(requests, { deadlineMs: soon() })).toEqual([
      { kind: 'acknowledged', partition: 2, offset: 0 },
      { kind: 'acknowledged', partition: 0, offset: 0 },
      { kind: 'acknowledged', partition: 2, offset: 1 },
    ]);
  });

  test('tells a record that is too large from the others', async () => {
    const topic = topicName();
    await subject.makeTopic(topic, 1, 10_000);
    const safe: number[] = [];
    const requests = [10, 20_000, 30].map((size) =>
      requestOf(topic, { value: Buffer.alloc(size, 1) }),
    );
    const outcomes = await subject.publisher.publish(requests, {
      deadlineMs: soon(),
      onAcknowledged: (index) => safe.push(index),
    });
    expect(kinds(outcomes)).toEqual(['acknowledged', 'too-large', 'acknowledged']);
    expect(safe.toSorted((a, b) => a - b)).toEqual([0, 2]);
    expect((await subject.readAll(topic)).map(({ value }) => value?.length)).toEqual([10, 30]);
  });

  test('writes to a missing topic once it is there, and says once that it could not', async () => {
    const topic = topicName();
    const told: number[] = [];
    const requests = [requestOf(topic), requestOf(topic, { value: Buffer.from('b') })];
    const publishing = subject.publisher.publish(requests, {
      deadlineMs: soon(),
      onFirstFailure: (index) => told.push(index),
    });
    await until('it was said', () => (told.length === 2 ? true : undefined));
    await subject.makeTopic(topic);
    expect(kinds(await publishing)).toEqual(['acknowledged', 'acknowledged']);
    expect(told.toSorted((a, b) => a - b)).toEqual([0, 1]);
    expect(await subject.readAll(topic)).toHaveLength(2);
  });

  test('says that a record is safe while others of its call still wait', async () => {
    const [present, missing] = [topicName(), topicName()];
    await subject.makeTopic(present);
    const startedAtMs = Date.now();
    let safeAfterMs = Infinity;
    await subject.publisher.publish([requestOf(missing), requestOf(present)], {
      deadlineMs: startedAtMs + 3_000,
      onAcknowledged: (index) => {
        expect(index).toBe(1);
        safeAfterMs = Date.now() - startedAtMs;
      },
    });
    expect(safeAfterMs).toBeLessThan(2_500);
  });

  test('answers at the deadline, and writes nothing later', async () => {
    const [present, missing] = [topicName(), topicName()];
    await subject.makeTopic(present);
    const startedAtMs = Date.now();
    const outcomes = await subject.publisher.publish([requestOf(missing), requestOf(present)], {
      deadlineMs: startedAtMs + 800,
    });
    const tookMs = Date.now() - startedAtMs;
    await subject.makeTopic(missing);
    await systemClock.sleep(300);
    expect(kinds(outcomes)).toEqual(['unknown', 'acknowledged']);
    expect(tookMs).toBeGreaterThanOrEqual(795);
    expect(tookMs).toBeLessThan(2_000);
    expect(await subject.readAll(missing)).toEqual([]);
  });

  test('writes nothing past the deadline, and says so', async () => {
    const topic = topicName();
    await subject.makeTopic(topic);
    const told: number[] = [];
    const onFirstFailure = (index: number) => told.push(index);
    const options = { deadlineMs: Date.now() - 1, onFirstFailure };
    expect(kinds(await subject.publisher.publish([requestOf(topic)], options))).toEqual([
      'unknown',
    ]);
    expect(told).toEqual([0]);
    expect(await subject.readAll(topic)).toEqual([]);
  });
});
