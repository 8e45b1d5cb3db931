import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { deadLetterId } from '../../lib/decide/dead-letter-id.ts';
import type { FailedEvent } from '../../lib/model/dead-letter.ts';
import type { ConsumedRecord } from '../../lib/model/record.ts';
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

let nextOffset = 0;
/** The failure of an order of its own. */
function failure(over: Partial<FailedEvent> = {}): FailedEvent {
  const offset = nextOffset++;
  const origin = { topic: stack.topics.order, partition: 0, offset, timestampMs: 1 };
  const value = Buffer.from(JSON.stringify({ orderId: `ORDER-${offset}` }));
  const record = { key: null, value, headers: [] };
  return failedEvent({ origin, id: deadLetterId(origin), record, ...over });
}

/** Topic and index: the same ids, open, with the same bytes, and each can be read through its pointer. */
async function expectAgreement(events: readonly FailedEvent[]): Promise<void> {
  const envelopes = await stack.envelopes();
  for (const { id, record } of events) {
    const envelope = envelopes.get(id);
    expect(envelope?.originalValue).toEqual(record.value);
    const reading = await stack.read(id);
    expect(reading?.item).toMatchObject({ id, state: 'open', revision: 1, bytesMissing: false });
    expect(reading?.envelope?.originalValue).toEqual(record.value);
    expect(reading?.envelope?.errorType).toBe(reading?.item.errorType);
  }
  const ids = (await stack.items()).map((item) => item.id);
  expect(ids.toSorted()).toEqual([...envelopes.keys()].toSorted());
}

it('failures handed over twice and late leave one dead letter each', async () => {
  const events = [failure(), failure(), failure()];
  const records = await Promise.all([...events, ...events].map((event) => stack.handEvent(event)));
  const kinds = await stack.publish(records);
  expect(kinds.toSorted()).toEqual([
    ...Array.from({ length: 3 }, () => 'dead-lettered'),
    ...Array.from({ length: 3 }, () => 'processed'),
  ]);
  const late = await stack.handEvent({ ...events[0]!, attempts: 1 });
  expect(await stack.publish([late])).toEqual(['processed']);
  expect(await stack.publish(records)).toEqual(records.map(() => 'processed'));
  await expectAgreement(events);
  expect(await stack.records(stack.topics.dlq)).toHaveLength(3);
});

it('two writers at once leave one dead letter each, whichever of them was first', async () => {
  const events = Array.from({ length: 20 }, () => failure());
  const records = await Promise.all(events.map((event) => stack.handEvent(event)));
  // The second writer has seen another delivery of the same records: other attempts, another error.
  const others = await Promise.all(
    events.map((event) =>
      stack.handEvent({ ...event, attempts: 1, error: { ...event.error, type: 'OtherError' } }),
    ),
  );
  const kinds = await Promise.all([stack.publish(records), stack.publish(others.toReversed())]);
  expect(kinds.flat().filter((kind) => kind === 'dead-lettered')).toHaveLength(20);
  expect(kinds.flat().filter((kind) => kind === 'processed')).toHaveLength(20);
  await expectAgreement(events);
});

it('a writer that is killed between topic and index leaves what the next one completes', async () => {
  const event = failure();
  const record = await stack.handEvent(event);
  expect(await dyingWriter(record)).toBe('SIGKILL');
  expect((await stack.envelopes()).has(event.id)).toBe(true);
  expect(await stack.index.get(event.id)).toBeUndefined();

  expect(await stack.publish([record])).toEqual(['dead-lettered']);
  await expectAgreement([event]);
});

/** @returns the signal that it died of */
function dyingWriter({ topic, partition, offset }: ConsumedRecord): Promise<string | null> {
  const script = fileURLToPath(new URL('../support/dying-writer.ts', import.meta.url));
  const args = [stack.place, { topic, partition, offset }].map((arg) => JSON.stringify(arg));
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, ...args], { timeout: 30_000 }, (error, _out, err) =>
      error?.signal ? resolve(error.signal) : reject(new Error(`it did not die: ${err}`)),
    );
  });
}

it('a batch of many dead letters over partitions arrives whole', async () => {
  const events = Array.from({ length: 60 }, () => failure());
  const records = await Promise.all(events.map((event) => stack.handEvent(event)));
  expect(new Set(records.map((record) => record.partition)).size).toBe(3);
  expect(await stack.publish(records)).toEqual(records.map(() => 'dead-lettered'));
  for (const { id } of events) expect((await stack.read(id))?.envelope?.id).toBe(id);
});
