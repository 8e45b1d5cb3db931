import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { writeRetryState } from '../../lib/codec/retry-state.ts';
import { deadLetterId } from '../../lib/decide/dead-letter-id.ts';
import type { RecordHeader } from '../../lib/model/record.ts';
import { failedEvent } from '../support/dead-letters.ts';
import { startDeadLetterStack, type DeadLetterStack } from '../support/dead-letter-stack.ts';

let stack: DeadLetterStack;
beforeAll(async () => {
  stack = await startDeadLetterStack({
    brokers: inject('kafkaBrokers'),
    schemaRegistryUrl: inject('schemaRegistryUrl'),
    dynamodbEndpoint: inject('dynamodbEndpoint'),
  });
});
afterAll(() => stack.close());

const FIXTURE = new URL('../fixtures/aws-on-failure-record.json', import.meta.url);
const OWN_HEADERS = [
  { key: 'a', value: Buffer.from([0xff, 0]) },
  { key: 'retry.state', value: Buffer.from('not ours') },
];

/** What AWS writes about a record that lay on this topic. */
function wrapped(topic: string, offset: number, headers: readonly RecordHeader[]) {
  const wrapper = JSON.parse(readFileSync(FIXTURE, 'utf8')) as {
    payload: { records: Record<string, object[]> };
  };
  const [record] = wrapper.payload.records['order-events-2'] ?? [];
  const inEvent = headers.map(({ key, value }) => ({
    [key]: value && [...new Int8Array(value)],
  }));
  wrapper.payload.records = {
    [`${topic}-1`]: [{ ...record, topic, partition: 1, offset, headers: inEvent }],
  };
  const value = Buffer.from(JSON.stringify(wrapper));
  return { key: Buffer.from('ORDER-1'), value, headers: [] };
}

describe('a record that AWS gave up', () => {
  const timestampMs = Date.UTC(2026, 0, 1);

  it('on the order topic is at attempt 1, and all its headers are its own', async () => {
    const topic = stack.topics.order;
    const record = await stack.hand(wrapped(topic, 100, OWN_HEADERS));
    expect(await stack.publish([record])).toEqual(['dead-lettered']);
    const id = deadLetterId({ topic, partition: 1, offset: 100, timestampMs });
    expect(await stack.read(id)).toMatchObject({
      item: { reason: 'delivery-exhausted', retryCount: 0, failedAttempts: 1, orderId: 'ORDER-1' },
      envelope: {
        originalTopic: topic,
        originalPartition: 1,
        originalOffset: 100,
        originalKey: Buffer.from('ORDER-1'),
        originalValue: Buffer.from('{"orderId":"ORDER-1"}'),
        originalHeaders: OWN_HEADERS,
        by: { functionName: 'order-service-dev-process-orders' },
      },
    });
    expect(stack.log.texts()).toEqual([
      'ERROR Message sent to DLQ | OrderID: ORDER-1 | Error: RetryAttemptsExhausted | Retry Count: 0',
      expect.stringMatching(/^WARN New failure group RetryAttemptsExhausted: /),
    ]);
  });

  it('on a retry topic keeps its origin and its attempts; our header is taken off', async () => {
    const origin = { topic: stack.topics.order, partition: 2, offset: 101, timestampMs: 5 };
    const state = {
      attempt: 3,
      firstFailedAtMs: Date.UTC(2025, 11, 31),
      lastFailedAtMs: Date.UTC(2025, 11, 31),
      error: { type: 'ValueError', message: 'before' },
      origin,
    };
    const headers = writeRetryState(OWN_HEADERS, state);
    const topic = `${stack.topics.order}-retry-2s`;
    expect(await stack.publish([await stack.hand(wrapped(topic, 7, headers))])).toEqual([
      'dead-lettered',
    ]);
    expect(await stack.read(deadLetterId(origin))).toMatchObject({
      item: {
        reason: 'delivery-exhausted',
        retryCount: 2,
        failedAttempts: 3,
        firstFailureTimestamp: '2025-12-31T00:00:00.000Z',
        lastFailureTimestamp: '2026-01-01T00:00:07.500Z',
        originalTopic: stack.topics.order,
        originalOffset: 101,
      },
      envelope: {
        originalHeaders: OWN_HEADERS,
        failedAt: { topic, partition: 1, offset: 7 },
        errorCauses: [{ type: 'ValueError', message: 'before' }],
      },
    });
  });

  it('on a retry topic without valid state has a corrupt one, and lies where somebody wrote it', async () => {
    const topic = `${stack.topics.order}-retry-1s`;
    await stack.publish([await stack.hand(wrapped(topic, 8, OWN_HEADERS))]);
    const id = deadLetterId({ topic, partition: 1, offset: 8, timestampMs });
    expect((await stack.read(id))?.item).toMatchObject({
      reason: 'corrupt-retry-state',
      originalTopic: topic,
      originalOffset: 8,
    });
  });
});

it.each([
  ['no value', null],
  ['an empty value', Buffer.alloc(0)],
  ['arbitrary bytes', Buffer.from([0xff, 0x00, 0x7b])],
  ['half an event', Buffer.from('{"v":1,"kind":"failed"}')],
])('an intake record that nobody can read is a dead letter, not a loop: %s', async (_, value) => {
  const headers = [{ key: 'h', value: null }];
  const record = await stack.hand({ key: Buffer.from('?'), value, headers });
  expect(await stack.publish([record])).toEqual(['dead-lettered']);
  expect(await stack.publish([record])).toEqual(['processed']);
  const { topic, partition, offset, timestampMs } = record;
  const reading = await stack.read(deadLetterId({ topic, partition, offset, timestampMs }));
  expect(reading).toMatchObject({
    item: { reason: 'undecodable', originalTopic: topic, originalOffset: offset },
    envelope: { originalKey: Buffer.from('?'), originalValue: value, originalHeaders: headers },
  });
});

describe('the bytes of a record', () => {
  it('arrive exactly, whatever they are', async () => {
    const record = {
      key: Buffer.from([0, 0xff, 0x80]),
      value: Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x00]),
      headers: [
        { key: 'a', value: Buffer.from('1') },
        { key: 'b', value: Buffer.alloc(0) },
        { key: 'a', value: null },
        { key: '1', value: Buffer.from([0x80, 0xff]) },
        { key: '__proto__', value: Buffer.from('p') },
        { key: 'retry.state', value: Buffer.from('{}') },
        { key: '', value: Buffer.from('') },
      ],
    };
    const origin = { topic: stack.topics.order, partition: 0, offset: 200, timestampMs: -1 };
    const event = failedEvent({ origin, record });
    await stack.publish([await stack.handEvent(event)]);
    const reading = await stack.read(event.id);
    expect(reading?.envelope).toMatchObject({
      originalKey: record.key,
      originalValue: record.value,
      originalHeaders: record.headers,
      originalMessage: '\ufeff{\0',
      originalTimestamp: -1,
    });
  });

  it('arrive whole in the largest record that the order topic takes', async () => {
    // 1 MiB of control characters: as JSON text six times as long.
    const value = Buffer.alloc(1024 * 1024 - 200, 0x01);
    const origin = { topic: stack.topics.order, partition: 0, offset: 201, timestampMs: 1 };
    const event = failedEvent({ origin, record: { key: null, value, headers: [] } });
    expect(await stack.publish([await stack.handEvent(event)])).toEqual(['dead-lettered']);
    const reading = await stack.read(event.id);
    expect(value.equals(reading?.envelope?.originalValue ?? Buffer.alloc(0))).toBe(true);
    expect(reading?.envelope).toMatchObject({ bytesMissing: false, valueSizeBytes: value.length });
    expect(reading?.envelope?.originalMessage).toHaveLength(value.length);
    expect(reading?.item.originalMessage).toHaveLength(8_192);
  });
});
