import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { systemClock } from '../../lib/effect/system-clock.ts';
import type { RecordPublisher } from '../../lib/ports/record-publisher.ts';
import type { RecordReader } from '../../lib/ports/record-reader.ts';
import { createKafkaTestClient, requestOf, valueText } from '../support/kafka-client.ts';
import { createMemoryPublisher } from '../support/memory-publisher.ts';
import { createMemoryReader } from '../support/memory-reader.ts';

/** A reader, and what a test needs around it. */
interface Subject {
  readonly reader: RecordReader;
  readonly publisher: RecordPublisher;
  /** @returns its name */
  makeTopic(partitions: number): Promise<string>;
  close(): Promise<void>;
}

async function inKafka(): Promise<Subject> {
  const client = await createKafkaTestClient(inject('kafkaBrokers'));
  const { reader, publisher } = client;
  return {
    reader,
    publisher,
    makeTopic: (partitions) => client.makeTopic(partitions),
    close: () => client.close(),
  };
}

async function inMemory(): Promise<Subject> {
  const publisher = createMemoryPublisher(systemClock);
  let topics = 0;
  return {
    publisher,
    reader: createMemoryReader(publisher),
    async makeTopic(partitions) {
      const topic = `topic-${topics++}`;
      publisher.createTopic(topic, partitions);
      return topic;
    },
    close: async () => undefined,
  };
}

const soon = () => Date.now() + 20_000;
const window = (recordsMax = 1_000, bytesMax = 1e8) => ({
  recordsMax,
  bytesMax,
  deadlineMs: soon(),
});

describe.each([
  ['of Kafka', inKafka],
  ['of memory', inMemory],
])('a reader %s', (_where, start) => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await start();
  });
  afterAll(() => subject.close());

  const filled = async (partitions: number, values: readonly (Buffer | null)[]) => {
    const topic = await subject.makeTopic(partitions);
    for (const value of values) {
      const request = requestOf(topic, { key: Buffer.from('k'), value });
      await subject.publisher.publish([request], { deadlineMs: soon() });
    }
    return topic;
  };
  const texts = (values: string) => Array.from(values).map((value) => Buffer.from(value));

  test('says where every partition begins and ends', async () => {
    const topic = await filled(2, texts('abc'));
    expect(await subject.reader.offsets(topic, soon())).toEqual([
      { partition: 0, lowOffset: 0, highOffset: 3 },
      { partition: 1, lowOffset: 0, highOffset: 0 },
    ]);
    expect(await subject.reader.offsets('no-such-topic', soon())).toBeUndefined();
  });

  test('gives whole records from an offset on, and nothing at the end or where nothing is', async () => {
    const beforeMs = Date.now();
    const topic = await filled(1, [Buffer.from('a'), null]);
    const read = await subject.reader.read(topic, 0, 0, window());
    expect(read).toEqual([
      expect.objectContaining({ topic, partition: 0, offset: 0, headers: [] }),
      expect.objectContaining({ topic, partition: 0, offset: 1, value: null }),
    ]);
    expect(read.map((record) => Buffer.from(record.key ?? []).toString())).toEqual(['k', 'k']);
    expect(read[0]?.timestampMs).toBeGreaterThanOrEqual(beforeMs);
    expect(read[0]?.timestampMs).toBeLessThanOrEqual(Date.now());
    expect((await subject.reader.read(topic, 0, 1, window())).map(valueText)).toEqual([null]);
    expect(await subject.reader.read(topic, 0, 2, window())).toEqual([]);
    expect(await subject.reader.read(topic, 7, 0, window())).toEqual([]);
  });

  test('keeps to its bounds of records and bytes, but gives one record at least', async () => {
    const values = Array.from({ length: 6 }, () => Buffer.alloc(10_000));
    const topic = await filled(1, values);
    const count = async (recordsMax: number, bytesMax: number) =>
      (await subject.reader.read(topic, 0, 0, window(recordsMax, bytesMax))).length;
    expect(await count(100, 1e8)).toBe(6);
    expect(await count(4, 1e8)).toBe(4);
    expect(await count(100, 35_000)).toBe(3);
    expect(await count(100, 100)).toBe(1);
  });
});
