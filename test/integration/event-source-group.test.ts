import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  createEventSourceHarness,
  textsOf,
  type EventSourceHarness,
  type RunningSource,
} from '../support/event-source-harness.ts';

let harness: EventSourceHarness;
beforeAll(() => {
  harness = createEventSourceHarness(inject('kafkaBrokers'));
});
afterAll(() => harness.close());

const partitionsOf = (running: RunningSource) => running.source.state()[0]?.partitions;

describe('a second poller of the group', () => {
  test('shares the partitions; nothing is skipped while they move, also when it leaves', async () => {
    const topic = await harness.makeTopic(4);
    const produced: string[] = [];
    const produceSome = async () => {
      for (let index = 0; index < 20; index++) {
        const value = `v${produced.length}`;
        produced.push(value);
        await harness.produce(topic, [{ value, partition: produced.length % 4 }]);
      }
    };
    const first = harness.start(topic);
    await first.source.ready;
    await produceSome();
    const second = harness.start(topic, { consumerGroupId: first.groupId });
    const producing = produceSome();
    await expect.poll(() => partitionsOf(second)?.length, { timeout: 20_000 }).toBe(2);
    await producing;
    await expect.poll(() => partitionsOf(first)?.length, { timeout: 20_000 }).toBe(2);
    await produceSome();
    await Promise.all([second.source.stop(), produceSome()]);
    await expect.poll(() => partitionsOf(first)?.length, { timeout: 20_000 }).toBe(4);
    await harness.untilCommitted(first, topic, [20, 20, 20, 20]);
    expect(new Set(textsOf(first, second))).toEqual(new Set(produced));
    expect(textsOf(second).length).toBeGreaterThan(0);
  });

  test('begins at what running invocations settled: these end and are committed before partitions move', async () => {
    const topic = await harness.makeTopic(2);
    const first = harness.start(topic);
    await expect.poll(() => partitionsOf(first), { timeout: 20_000 }).toEqual([0, 1]);
    await harness.produce(topic, [{ value: 'slow:1' }, { value: 'slow:2', partition: 1 }]);
    await expect.poll(() => textsOf(first).length, { timeout: 20_000 }).toBe(2);
    const second = harness.start(topic, { consumerGroupId: first.groupId });
    await expect.poll(() => partitionsOf(second)?.length, { timeout: 20_000 }).toBe(1);
    await harness.untilCommitted(first, topic, [1, 1]);
    await sleep(1_000);
    expect(textsOf(first, second)).toHaveLength(2);
  });

  test('does not wait for an invocation that takes too long: its record comes again where the partition went', async () => {
    const topic = await harness.makeTopic(2);
    const first = harness.start(topic, { sessionTimeoutMs: 2_000 });
    await expect.poll(() => partitionsOf(first), { timeout: 20_000 }).toEqual([0, 1]);
    await harness.produce(topic, [{ value: 'long:1' }, { value: 'long:1', partition: 1 }]);
    await expect.poll(() => textsOf(first).length, { timeout: 20_000 }).toBe(2);
    await harness.produce(topic, [{ value: 'next' }, { value: 'next', partition: 1 }]);
    const second = harness.start(topic, { consumerGroupId: first.groupId });
    await expect.poll(() => partitionsOf(second)?.length, { timeout: 20_000 }).toBe(1);
    await harness.untilCommitted(first, topic, [2, 2]);
    // The partition that stayed goes on from the answer; nothing is invoked beside the invocation under way.
    expect(textsOf(first)).toEqual(['long:1', 'long:1', 'next']);
    expect(textsOf(second)).toEqual(['long:1', 'next']);
  });
});
