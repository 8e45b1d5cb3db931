import { expect, it } from 'vitest';
import { writeRetryState } from '../../../lib/codec/retry-state.ts';
import { copy, fail, INTAKE, order, startBatch as start } from '../../support/batch-flow.ts';
import * as given from '../../support/builders.ts';

it('a dead letter that the intake refuses for its size is handed over without its bytes, and the log says where they are', async () => {
  const { play, publisher, texts } = start(fail);
  publisher.createTopic(INTAKE, 1, 4_000);
  const large = { ...order('ORDER-001'), headers: [given.header('h', 'x'.repeat(4_000))] };
  const headers = writeRetryState(large.headers, given.state({ attempt: 4 }));
  const record = { ...large, topic: 'order-events-retry-4s', headers };
  expect(await play(record)).toMatchObject([{ kind: 'dead-lettered' }]);
  const [event] = publisher.records(INTAKE);
  expect(JSON.parse(Buffer.from(event?.value ?? []).toString())).toMatchObject({
    record: { key: null, value: null, headers: 'AA==' },
    leftOut: { orderId: 'ORDER-001', valueSizeBytes: 9 },
  });
  expect(texts().filter((text) => text.startsWith('CRITICAL'))).toEqual([
    "CRITICAL Order ORDER-001 is too large for its dead letter: its bytes stay in order-events, partition 0, offset 0, until that topic's retention ends",
  ]);
});

it('a dead letter that no invocation could carry with its bytes is handed over without them', async () => {
  const { play, publisher } = start(fail);
  const sizes = [3_100_000, 3_300_000];
  const records = sizes.map((size, offset) =>
    copy('a', 4, { value: Buffer.alloc(size, 'x'), offset, partition: offset }),
  );
  await play(...records);
  const events = publisher.records(INTAKE).map(({ value }) => value ?? Buffer.alloc(0));
  const megabytes = events.map(({ length }) => Math.ceil(length / 1_000_000));
  expect(megabytes.toSorted((a, b) => a - b)).toEqual([1, 5]);
  // In the invocation's payload, 6 MB of JSON, an event is base64.
  for (const { length } of events) expect((length * 4) / 3).toBeLessThan(6_000_000);
});

it('a retry that no invocation could carry is a dead letter at once, with its bytes', async () => {
  const { play, publisher } = start(fail);
  // Six characters each in an event: a copy of it would lie on its retry topic and never be delivered.
  const name = '\u0001'.repeat(1_048_475);
  const record = { ...order('ORDER-001'), headers: [{ key: name, value: null }] };
  expect(await play(record)).toMatchObject([{ kind: 'dead-lettered' }]);
  expect(publisher.records('order-events-retry-1s')).toEqual([]);
  const [event] = publisher.records(INTAKE);
  const { leftOut, reason, error } = JSON.parse(Buffer.from(event?.value ?? []).toString()) as {
    leftOut?: unknown;
    reason: string;
    error: { causes: readonly { type: string }[] };
  };
  expect({ leftOut, reason }).toEqual({ reason: 'non-retriable' });
  expect(error.causes.at(-1)?.type).toBe('RetryRecordTooLarge');
});

it('says CRITICAL when the intake refuses even an event without bytes, and leaves its record unsettled', async () => {
  const { play, publisher, texts } = start(fail);
  publisher.createTopic(INTAKE, 1, 10);
  expect(await play(copy('ORDER-001', 4))).toMatchObject([{ kind: 'unsettled' }]);
  expect(texts()).toContain(
    'CRITICAL Failed to send order ORDER-001 to DLQ. Message will be retried.',
  );
});

it('says CRITICAL when there was no time left to hand over at all', async () => {
  const { play, texts } = start(fail, { handOverInMs: -1 });
  expect(await play(copy('ORDER-001', 4))).toMatchObject([{ kind: 'unsettled' }]);
  expect(texts().filter((text) => text.startsWith('CRITICAL'))).toEqual([
    'CRITICAL Failed to send order ORDER-001 to DLQ. Message will be retried.',
  ]);
});
