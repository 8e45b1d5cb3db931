import { describe, expect, it } from 'vitest';
import { memoryEnvelopeCodec } from '../../support/envelope-codecs.ts';
import { toEnvelope } from '../../../lib/decide/envelope.ts';
import type { WrittenEnvelope } from '../../../lib/decide/dead-letter-item.ts';
import { createDlqWriter, type DlqWriter } from '../../../lib/flow/envelope-writer.ts';
import type { Envelope } from '../../../lib/model/dead-letter.ts';
import { failedEvent } from '../../support/dead-letters.ts';
import { createMemoryPublisher } from '../../support/memory-publisher.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

const DLQ = 'order-events-dlq';
const START_MS = 1_000_000;
const envelopeAt = (offset: number) =>
  toEnvelope(
    failedEvent({ origin: { topic: 'order-events', partition: 0, offset, timestampMs: 1 } }),
    { orderId: undefined, consumerGroup: 'group' },
  );

function start(timeoutMs: number) {
  const clock = createVirtualClock(START_MS);
  const publisher = createMemoryPublisher(clock);
  const deps = { publisher, codec: memoryEnvelopeCodec, clock, dlqTopic: DLQ };
  const writer = createDlqWriter(START_MS + timeoutMs, deps);
  const write: (
    envelope: Envelope,
    onFirstFailure?: (error: Error) => void,
  ) => Promise<WrittenEnvelope> = (envelope, onFirstFailure = () => undefined) =>
    writer.write(envelope, undefined, onFirstFailure);
  return { clock, publisher, writer, write };
}

it('tells where the envelope lies, in the partition that its key decides', async () => {
  const { clock, publisher, write } = start(30_000);
  publisher.createTopic(DLQ, 4);
  const envelopes = [1, 2, 3, 4, 5, 6].map(envelopeAt);
  const written = await clock.run(Promise.all(envelopes.map((one) => write(one))));
  expect(new Set(written.map(({ at }) => at.partition)).size).toBeGreaterThan(1);
  expect(written.every(({ bytesMissing }) => !bytesMissing)).toBe(true);

  const again = await clock.run(write(envelopes[0]!));
  expect(again.at.partition).toBe(written[0]?.at.partition);
  expect(again.at.offset).toBeGreaterThan(written[0]?.at.offset ?? Infinity);
});

it('gives up after 10 s of a longer time, so that the others go on, and leaves 1 s for the index', async () => {
  const long = start(60_000);
  const failures: Error[] = [];
  const writing = long.write(envelopeAt(1), (error) => failures.push(error));
  await expect(long.clock.run(writing)).rejects.toThrow(`topic ${DLQ} does not exist`);
  expect(long.clock.nowMs() - START_MS).toBeLessThan(10_500);
  expect(failures).toHaveLength(1);

  const short = start(4_000);
  await expect(short.clock.run(short.write(envelopeAt(1)))).rejects.toThrow(DLQ);
  expect(short.clock.nowMs() - START_MS).toBe(3_000);
});

describe('what comes later of a dead letter', () => {
  const at = { topic: DLQ, partition: 3, offset: 7 };
  const later = async (write: (writer: DlqWriter) => Promise<unknown>) => {
    const { clock, publisher, writer } = start(30_000);
    publisher.createTopic(DLQ, 4);
    const result = await clock.run(write(writer));
    return { result, partitions: publisher.partitions(DLQ).map(({ length }) => length) };
  };
  const envelope = envelopeAt(1);
  const withoutBytes = { ...envelope, bytesMissing: true };
  const previous = { envelopeAt: at, bytesMissing: false };
  const ignore = () => undefined;

  it('goes where its first envelope lies, whatever its key says', async () => {
    const { result, partitions } = await later((writer) =>
      writer.write(envelope, previous, ignore),
    );
    expect(result).toEqual({ at: { ...at, offset: 0 }, bytesMissing: false });
    expect(partitions).toEqual([0, 0, 0, 1]);
  });

  it('and has no bytes leaves the envelope that has them', async () => {
    const { result, partitions } = await later((writer) =>
      writer.write(withoutBytes, previous, ignore),
    );
    expect(result).toEqual({ at, bytesMissing: false });
    expect(partitions).toEqual([0, 0, 0, 0]);
  });

  it('and has no bytes either is written', async () => {
    const { result } = await later((writer) =>
      writer.write(withoutBytes, { envelopeAt: at, bytesMissing: true }, ignore),
    );
    expect(result).toEqual({ at: { ...at, offset: 0 }, bytesMissing: true });
  });

  it('as a tombstone lies there too, and is no place to read from', async () => {
    const { result, partitions } = await later((writer) => writer.erase(envelope.id, at, ignore));
    expect(result).toEqual(at);
    expect(partitions).toEqual([0, 0, 0, 1]);
  });

  it('as a tombstone of what nobody knows lies where its envelope would', async () => {
    const first = await later((writer) => writer.write(envelope, undefined, ignore));
    const { result, partitions } = await later((writer) =>
      writer.erase(envelope.id, undefined, ignore),
    );
    expect(partitions).toEqual(first.partitions);
    expect(result).toMatchObject({ topic: DLQ, offset: 0 });
  });
});
