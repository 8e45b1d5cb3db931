import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { toEnvelope } from '../../lib/decide/envelope.ts';
import type { Envelope } from '../../lib/model/dead-letter.ts';
import { failedEvent } from '../support/dead-letters.ts';
import { startDeadLetterStack, type DeadLetterStack } from '../support/dead-letter-stack.ts';

const CONTEXT = { orderId: 'ORDER-1', consumerGroup: 'order-service-group' };

let stack: DeadLetterStack;
beforeAll(async () => {
  const addresses = {
    brokers: inject('kafkaBrokers'),
    schemaRegistryUrl: inject('schemaRegistryUrl'),
    dynamodbEndpoint: inject('dynamodbEndpoint'),
  };
  // Compacted as soon as the cleaner looks.
  stack = await startDeadLetterStack(addresses, {
    'segment.ms': '100',
    'min.cleanable.dirty.ratio': '0.01',
    'max.compaction.lag.ms': '100',
  });
});
afterAll(() => stack.close());

const failure = (offset: number) =>
  failedEvent({ origin: { topic: stack.topics.order, partition: 0, offset, timestampMs: 1 } });

/** Writes to the DLQ topic as another, late writer would. */
async function writeLate(id: string, envelope: Envelope | null, partition: number): Promise<void> {
  const value = envelope && (await stack.codec.encode(envelope));
  const build = () => ({ key: Buffer.from(id), value, headers: [], partition });
  const options = { deadlineMs: Date.now() + 10_000 };
  await stack.kafka.publisher.publish([{ topic: stack.topics.dlq, build }], options);
}

it('an envelope that compaction took away is found behind the pointer, with the fields of the item', async () => {
  const event = failure(1);
  await stack.publish([await stack.handEvent(event)]);
  const at = (await stack.index.get(event.id))!.envelopeAt;
  const late = toEnvelope({ ...event, attempts: 2 }, CONTEXT);
  for (const other of ['a', 'b', 'c']) await writeLate(`between-${other}`, late, at.partition);
  await writeLate(event.id, late, at.partition);
  const isThere = async () => {
    const records = await stack.kafka.readAll(at.topic, at.partition);
    return records.some((record) => record.offset === at.offset);
  };
  const untilMs = Date.now() + 60_000;
  for (let other = 1_000; (await isThere()) && Date.now() < untilMs; other++) {
    // A segment is closed, and then cleaned, only when another record comes.
    await writeLate(`other-${other}`, late, at.partition);
    await sleep(500);
  }
  expect(await isThere()).toBe(false);

  expect(await stack.read(event.id)).toMatchObject({
    item: { failedAttempts: 4, bytesMissing: false },
    envelope: { failedAttempts: 4, retryCount: 3, originalValue: event.record.value },
  });
});

it('an envelope that is gone is told as missing bytes, and the item is still shown', async () => {
  const event = failure(2);
  const item = { ...(await someItem()), id: event.id, revision: 1 };
  await stack.index.put(item, 0);
  await writeLate(event.id, null, item.envelopeAt.partition);
  expect(await stack.read(event.id)).toEqual({
    item: { ...item, bytesMissing: true },
    envelope: undefined,
  });
});

it('an id that nobody knows is none', async () => {
  expect(await stack.read('0'.repeat(32))).toBeUndefined();
});

async function someItem() {
  const event = failure(3);
  await stack.publish([await stack.handEvent(event)]);
  return (await stack.index.get(event.id))!;
}
