import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { fetchRequest } from '../../lib/effect/kafka/protocol.ts';
import { systemClock } from '../../lib/effect/system-clock.ts';
import { startTestBroker } from '../support/broker.ts';
import {
  createKafkaTestClient,
  groupIds,
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
const window = (recordsMax = 1_000, bytesMax = 1e8) => ({
  recordsMax,
  bytesMax,
  deadlineMs: soon(),
});

/** Writes values of partition 0, each in a batch of its own. */
async function write(topic: string, values: readonly (string | Buffer)[], to = client) {
  for (const value of values) {
    const request = requestOf(topic, { value: Buffer.from(value) });
    await to.publisher.publish([request], { deadlineMs: soon() });
  }
}

describe('offsets', () => {
  test('of every partition, also of empty ones and after records were deleted', async () => {
    const topic = await client.makeTopic(3);
    await write(topic, ['a', 'b', 'c']);
    await client.deleteBefore(topic, 2);
    expect(await client.reader.offsets(topic, soon())).toEqual([
      { partition: 0, lowOffset: 2, highOffset: 3 },
      { partition: 1, lowOffset: 0, highOffset: 0 },
      { partition: 2, lowOffset: 0, highOffset: 0 },
    ]);
  });

  test('of a topic that does not exist are undefined, at once', async () => {
    const startedAt = Date.now();
    expect(await client.reader.offsets(`none-${randomUUID()}`, soon())).toBeUndefined();
    expect(Date.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('read', () => {
  test('gives records from an offset on, and nothing at or past the end', async () => {
    const topic = await client.makeTopic();
    await write(topic, ['a', 'b', 'c', 'd']);
    const read = async (offset: number, recordsMax = 1_000) =>
      (await client.reader.read(topic, 0, offset, window(recordsMax))).map(valueText);
    expect(await read(0)).toEqual(['a', 'b', 'c', 'd']);
    expect(await read(2)).toEqual(['c', 'd']);
    expect(await read(1, 2)).toEqual(['b', 'c']);
    expect(await read(4)).toEqual([]);
    expect(await read(400)).toEqual([]);
  });

  test('begins in the middle of a batch', async () => {
    const topic = await client.makeTopic();
    const requests = ['a', 'b', 'c'].map((value) =>
      requestOf(topic, { value: Buffer.from(value) }),
    );
    await client.publisher.publish(requests, { deadlineMs: soon() });
    const read = await client.reader.read(topic, 0, 1, window(1));
    expect(read.map(({ offset, value }) => [offset, valueText({ value })])).toEqual([[1, 'b']]);
  });

  test('keeps to its bounds of records and bytes, but gives one record at least', async () => {
    const topic = await client.makeTopic();
    await write(
      topic,
      Array.from({ length: 6 }, () => Buffer.alloc(10_000)),
    );
    const count = async (recordsMax: number, bytesMax: number) =>
      (await client.reader.read(topic, 0, 0, window(recordsMax, bytesMax))).length;
    expect(await count(100, 1e8)).toBe(6);
    expect(await count(4, 1e8)).toBe(4);
    expect(await count(100, 35_000)).toBe(3);
    expect(await count(100, 100)).toBe(1);
  });

  test('goes over many fetches', async () => {
    const topic = await client.makeTopic();
    const value = Buffer.alloc(100_000, 7);
    const requests = Array.from({ length: 150 }, () => requestOf(topic, { value }));
    await client.publisher.publish(requests, { deadlineMs: soon() });
    const read = await client.readAll(topic);
    expect(read.map(({ offset }) => offset)).toEqual(requests.map((_, index) => index));
  });

  test('an offset that was deleted gives the next one that is there', async () => {
    const topic = await client.makeTopic();
    await write(topic, ['a', 'b', 'c', 'd']);
    await client.deleteBefore(topic, 3);
    const read = await client.reader.read(topic, 0, 1, window());
    expect(read.map(({ offset }) => offset)).toEqual([3]);
  });

  test('nothing is there where topic or partition do not exist', async () => {
    const topic = await client.makeTopic();
    expect(await client.reader.read(topic, 7, 0, window())).toEqual([]);
    expect(await client.reader.read(`none-${randomUUID()}`, 0, 0, window())).toEqual([]);
  });

  test('reads what kafkajs compressed', async () => {
    const topic = await client.makeTopic();
    const kafka = new kafkajs.Kafka({ brokers: [inject('kafkaBrokers')], logLevel: 0 });
    const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic, compression: 1, messages: [{ value: 'a' }, { value: 'b' }] });
    await producer.disconnect();
    expect((await client.readAll(topic)).map(valueText)).toEqual(['a', 'b']);
  });

  test('makes no consumer group appear', async () => {
    const topic = await client.makeTopic();
    await write(topic, ['a']);
    const before = await groupIds(client.admin);
    await client.readAll(topic);
    await client.reader.offsets(topic, soon());
    // A broker forgets the groups of earlier tests when it pleases: only what has come counts.
    expect((await groupIds(client.admin)).filter((id) => !before.includes(id))).toEqual([]);
  });
});

test('an offset that was compacted away gives the next one, over a batch that is empty', async () => {
  await using broker = await startTestBroker();
  const own = await createKafkaTestClient(broker.brokers);
  await own.admin.alterConfigs({
    validateOnly: false,
    resources: [
      { type: 4, name: '1', configEntries: [{ name: 'log.cleaner.backoff.ms', value: '100' }] },
    ],
  });
  const topic = await own.makeTopic(1, {
    'cleanup.policy': 'compact',
    'segment.ms': '100',
    'min.cleanable.dirty.ratio': '0.001',
  });
  // The last batch of an idempotent producer is kept, without records, when they are compacted away.
  const kafka = new kafkajs.Kafka({ brokers: [broker.brokers], logLevel: 0 });
  const producer = kafka.producer({
    idempotent: true,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const stale = Array.from({ length: 5 }, (_, index) => ({ key: 'k', value: `stale ${index}` }));
  await producer.send({ topic, messages: stale });
  await producer.disconnect();
  const put = async (key: string, value: string) => {
    await systemClock.sleep(150); // A segment of its own, so that the former one can be compacted.
    const request = requestOf(topic, { key: Buffer.from(key), value: Buffer.from(value) });
    await own.publisher.publish([request], { deadlineMs: soon() });
  };
  await put('k', 'fresh');
  await put('other', 'x');
  const read = async (offset: number) =>
    (await own.reader.read(topic, 0, offset, window())).map((record) => record.offset);
  while ((await read(0))[0] !== 5) await put('other', 'x');
  const leader = await own.connection.broker('any', soon());
  const fetch = fetchRequest({ topic, partition: 0 }, 0, 1);
  const emptied = await own.connection.send(leader, fetch, soon());
  expect(emptied).toMatchObject({ records: [], nextOffset: 5 });
  // Behind it the cleaner goes on.
  expect((await read(2))[0]).toBe(5);
  expect((await read(4))[0]).toBe(5);
  await own.close();
});
