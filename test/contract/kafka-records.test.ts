import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RecordContent } from '../../lib/model/record.ts';
import { headers } from '../support/arbitraries.ts';
import { createKafkaTestClient, requestOf, type KafkaTestClient } from '../support/kafka-client.ts';

let client: KafkaTestClient;
beforeAll(async () => {
  client = await createKafkaTestClient(inject('kafkaBrokers'));
});
afterAll(() => client.close());

const soon = () => Date.now() + 20_000;

function comparable({ key, value, headers: list }: RecordContent) {
  const hex = (bytes: Uint8Array | null) =>
    bytes === null ? null : Buffer.from(bytes).toString('hex');
  return { key: hex(key), value: hex(value), headers: list.map((h) => [h.key, hex(h.value)]) };
}

async function roundTrip(topic: string, records: readonly RecordContent[]) {
  const requests = records.map((record) => requestOf(topic, record));
  const outcomes = await client.publisher.publish(requests, { deadlineMs: soon() });
  expect(outcomes.map(({ kind }) => kind)).toEqual(records.map(() => 'acknowledged'));
  const [first] = outcomes;
  if (first?.kind !== 'acknowledged') return [];
  const window = { recordsMax: records.length, bytesMax: 1e9, deadlineMs: soon() };
  return client.reader.read(topic, 0, first.offset, window);
}

describe('a record through a real broker', () => {
  test('keeps key, value and headers byte for byte, null and empty apart', async () => {
    const topic = await client.makeTopic();
    const bytes = fc.option(fc.uint8Array({ maxLength: 40 }), { nil: null });
    const content = fc.record({ key: bytes, value: bytes, headers });
    await fc.assert(
      fc.asyncProperty(fc.array(content, { minLength: 1, maxLength: 20 }), async (records) => {
        const read = await roundTrip(topic, records);
        expect(read.map(comparable)).toEqual(records.map(comparable));
      }),
      { numRuns: 40 },
    );
  });

  test('keeps a hostile header list', async () => {
    const topic = await client.makeTopic();
    const names = ['a', 'b', 'a', '1', '__proto__', 'constructor', 'retry.state', '', 'é', 'a'];
    const values = [Buffer.from('1'), Buffer.alloc(0), null, Buffer.from([0x80, 0xff])];
    const list = names.map((key, index) => ({ key, value: values[index % 4] ?? null }));
    const record: RecordContent = { key: Buffer.alloc(0), value: Buffer.alloc(0), headers: list };
    const [read] = await roundTrip(topic, [record]);
    expect(read && comparable(read)).toEqual(comparable(record));
  });

  test('keeps as many headers as a record of 1 MiB can have', async () => {
    const topic = await client.makeTopic();
    const list = Array.from({ length: 300_000 }, () => ({ key: 'a', value: null }));
    const [read] = await roundTrip(topic, [{ key: null, value: null, headers: list }]);
    expect(read?.headers).toHaveLength(list.length);
  });

  test('tells where it lies and when it was written', async () => {
    const topic = await client.makeTopic(2);
    const before = Date.now();
    const [outcome] = await client.publisher.publish([requestOf(topic, { partition: 1 })], {
      deadlineMs: soon(),
    });
    expect(outcome).toEqual({ kind: 'acknowledged', partition: 1, offset: 0 });
    const [read] = await client.readAll(topic, 1);
    expect(read).toMatchObject({ topic, partition: 1, offset: 0 });
    expect(read?.timestampMs).toBeGreaterThanOrEqual(before);
    expect(read?.timestampMs).toBeLessThanOrEqual(Date.now());
  });

  test.each([900 * 1024, 6 * 1024 * 1024])('keeps a value of %i bytes', async (size) => {
    const topic = await client.makeTopic(1, { 'max.message.bytes': String(8 * 1024 * 1024) });
    const value = Buffer.alloc(size, 'ab\u0000\u00ff', 'latin1');
    const [read] = await roundTrip(topic, [{ key: null, value, headers: [] }]);
    expect(value.equals(read?.value ?? Buffer.alloc(0))).toBe(true);
  });
});
