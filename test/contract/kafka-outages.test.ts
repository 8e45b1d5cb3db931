import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../lib/effect/system-clock.ts';
import type { PublishOutcome } from '../../lib/ports/record-publisher.ts';
import { startTestBroker, type TestBroker } from '../support/broker.ts';
import { createKafkaTestClient, requestOf, type KafkaTestClient } from '../support/kafka-client.ts';

let broker: TestBroker;
let client: KafkaTestClient;
beforeAll(async () => {
  broker = await startTestBroker();
  client = await createKafkaTestClient(broker.brokers);
});
afterAll(async () => {
  await client.close();
  await broker[Symbol.asyncDispose]();
});
afterEach(() => broker.thaw());

const kinds = (outcomes: readonly PublishOutcome[]) => outcomes.map(({ kind }) => kind);

/** Publishes one record to each partition, within the time; notes first failures. */
async function publishTo(topic: string, partitions: readonly number[], withinMs: number) {
  const told: number[] = [];
  const startedAt = Date.now();
  const outcomes = await client.publisher.publish(
    partitions.map((partition) => requestOf(topic, { partition })),
    { deadlineMs: startedAt + withinMs, onFirstFailure: (index) => told.push(index) },
  );
  return { kinds: kinds(outcomes), told, tookMs: Date.now() - startedAt };
}

async function countIn(topic: string, partitions: number): Promise<number> {
  const offsets = await client.reader.offsets(topic, Date.now() + 20_000);
  expect(offsets).toHaveLength(partitions);
  return offsets?.reduce((sum, { highOffset }) => sum + highOffset, 0) ?? 0;
}

describe('a broker that does not answer', () => {
  test.each([
    ['less than a request may take', 1_500],
    ['long enough for several tries', 5_000],
  ])(
    'is given up at the deadline, %s; at most the one request under way is written',
    async (_, withinMs) => {
      const topic = await client.makeTopic(4);
      await publishTo(topic, [0], 10_000);
      broker.freeze();
      const { kinds: frozen, told, tookMs } = await publishTo(topic, [1, 2, 3], withinMs);
      broker.thaw();
      expect(frozen).toEqual(['unknown', 'unknown', 'unknown']);
      expect(tookMs).toBeGreaterThanOrEqual(withinMs);
      // Another request would be given 3 s.
      expect(tookMs).toBeLessThan(withinMs + 2_500);
      expect(told.length).toBe(new Set(told).size);
      if (withinMs > 3_000) expect(told.toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
      await systemClock.sleep(3_000);
      expect(await countIn(topic, 4)).toBeLessThanOrEqual(2);
      expect((await publishTo(topic, [0, 1, 2, 3], 10_000)).kinds).toEqual(
        Array.from({ length: 4 }, () => 'acknowledged'),
      );
    },
  );

  test('gives what it is asked only if it wakes in time', async () => {
    const topic = await client.makeTopic(1);
    broker.freeze();
    const startedAt = Date.now();
    const asking = client.reader.offsets(topic, startedAt + 1_000);
    await expect(asking).rejects.toMatchObject({
      code: 'KAFKA_UNAVAILABLE',
      message: expect.stringContaining(broker.brokers) as unknown,
    });
    expect(Date.now() - startedAt).toBeLessThan(2_900);
    const later = client.reader.offsets(topic, Date.now() + 20_000);
    await systemClock.sleep(500);
    broker.thaw();
    expect(await later).toHaveLength(1);
  });

  test('what waits in this process is never written', async () => {
    const topic = await client.makeTopic(1, { 'max.message.bytes': '8388608' });
    await publishTo(topic, [0], 10_000);
    broker.freeze();
    // More than the sockets of both sides take.
    const value = Buffer.alloc(7 * 1024 * 1024, 1);
    const outcomes = await client.publisher.publish([requestOf(topic, { value })], {
      deadlineMs: Date.now() + 1_000,
    });
    broker.thaw();
    expect(kinds(outcomes)).toEqual(['unknown']);
    await systemClock.sleep(1_500);
    expect(await countIn(topic, 1)).toBe(1);
  });
});

describe('a broker that comes back', () => {
  test('killed between two sends: the second one does not notice', async () => {
    const topic = await client.makeTopic(2);
    expect((await publishTo(topic, [0], 10_000)).kinds).toEqual(['acknowledged']);
    await broker.kill();
    await broker.restart();
    const { kinds: after, told } = await publishTo(topic, [0, 1], 10_000);
    expect(after).toEqual(['acknowledged', 'acknowledged']);
    expect(told).toEqual([]);
    expect(await countIn(topic, 2)).toBe(3);
  });

  test('killed, and started again during the send: it arrives', async () => {
    const topic = await client.makeTopic(2);
    await publishTo(topic, [0], 10_000);
    await broker.kill();
    const publishing = publishTo(topic, [0, 1], 30_000);
    const reading = client.reader.offsets(topic, Date.now() + 30_000);
    await systemClock.sleep(1_000);
    await broker.restart();
    const { kinds: after, told } = await publishing;
    expect(after).toEqual(['acknowledged', 'acknowledged']);
    expect(told.toSorted((a, b) => a - b)).toEqual([0, 1]);
    expect(await reading).toHaveLength(2);
  });

  test('killed during the send and gone: unknown at the deadline, at once refused connections or not', async () => {
    const topic = await client.makeTopic(1);
    await publishTo(topic, [0], 10_000);
    await broker.kill();
    const { kinds: after, told, tookMs } = await publishTo(topic, [0], 1_500);
    await broker.restart();
    expect(after).toEqual(['unknown']);
    expect(told).toEqual([0]);
    expect(tookMs).toBeGreaterThanOrEqual(1_500);
    expect(tookMs).toBeLessThan(2_900);
    await systemClock.sleep(1_000);
    expect(await countIn(topic, 1)).toBe(1);
  });
});

test('an idle client sets no timers', async () => {
  const topic = await client.makeTopic(1);
  await publishTo(topic, [0], 10_000);
  await client.readAll(topic);
  const timers = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'setInterval')];
  await new Promise((resolve) => setTimeout(resolve, 600));
  // The one is this test's own.
  expect(timers.map(({ mock }) => mock.calls.length)).toEqual([1, 0]);
  for (const timer of timers) timer.mockRestore();
});
