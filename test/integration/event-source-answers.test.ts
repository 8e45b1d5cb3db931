import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  createEventSourceHarness,
  type EventSourceHarness,
  type RunningSource,
} from '../support/event-source-harness.ts';

// https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
let harness: EventSourceHarness;
beforeAll(() => {
  harness = createEventSourceHarness(inject('kafkaBrokers'));
});
afterAll(() => harness.close());

const textsOf = (running: RunningSource) =>
  running.invocations().map(({ records }) => records.map(({ text }) => text));

/** A topic with these values in its one partition, before anything reads it: one batch. */
async function topicWith(...values: string[]): Promise<string> {
  const topic = await harness.makeTopic();
  await harness.produce(
    topic,
    values.map((value) => ({ value })),
  );
  return topic;
}

describe('the whole batch comes again, and nothing is committed before,', () => {
  test.each([
    ['where the function throws', 'throw:3', 20_000],
    ['where the process exits with 0 in the middle', 'exit:3', 20_000],
    ['where the function does not answer in time', 'hang:3', 500],
    ['where the answer would come after the timeout', 'slow:3', 500],
    ['where the function never gives up the event loop', 'spin:3', 500],
    ['where an identifier names an offset that was not in the batch', 'unknown:3', 20_000],
    ['where an identifier is a text, as with SQS', 'text:3', 20_000],
    ['where the list is malformed', 'half:3', 20_000],
  ])('%s', async (_name, deed, timeoutMs) => {
    const topic = await topicWith('a', deed, 'b');
    const running = harness.start(topic, { timeoutMs });
    await expect.poll(() => running.invocations().length, { timeout: 20_000 }).toBeGreaterThan(0);
    // The waits between its deliveries leave time to look.
    expect(await harness.committed(running.groupId, topic)).toEqual([-1]);
    await harness.untilCommitted(running, topic, [3]);
    expect(textsOf(running)).toEqual(Array.from({ length: 4 }, () => ['a', deed, 'b']));
  });
});

describe('partial responses', () => {
  test('exactly the records that were reported come again, and are not committed past', async () => {
    const topic = await topicWith('a', 'report:2', 'b', 'report:1', 'c');
    const running = harness.start(topic);
    await expect.poll(() => running.invocations().length, { timeout: 20_000 }).toBeGreaterThan(1);
    await harness.untilCommitted(running, topic, [5]);
    expect(textsOf(running)).toEqual([
      ['a', 'report:2', 'b', 'report:1', 'c'],
      ['report:2', 'report:1'],
      ['report:2'],
    ]);
  });

  test('the offset of the first unsettled record is committed while it is unsettled', async () => {
    const topic = await topicWith('a', 'b', 'report:1000', 'c');
    const running = harness.start(topic);
    await harness.untilCommitted(running, topic, [2]);
    await running.source.stop();
    expect(await harness.committed(running.groupId, topic)).toEqual([2]);
  });

  test('newer records of a partition wait for its unsettled ones, other partitions do not', async () => {
    const topic = await harness.makeTopic(2);
    await harness.produce(topic, [{ value: 'report:6' }]);
    const running = harness.start(topic);
    await expect.poll(() => running.invocations().length, { timeout: 20_000 }).toBeGreaterThan(0);
    await harness.produce(topic, [{ value: 'newer' }, { value: 'other', partition: 1 }]);
    await harness.untilCommitted(running, topic, [2, 1]);
    const order = textsOf(running).flat();
    expect(order.indexOf('other')).toBeLessThan(order.lastIndexOf('report:6'));
    expect(order.indexOf('newer')).toBeGreaterThan(order.lastIndexOf('report:6'));
  });

  test('redelivery is spaced: a function that always fails does not spin', async () => {
    const topic = await topicWith('report:1000');
    const running = harness.start(topic);
    await expect.poll(() => running.invocations().length, { timeout: 20_000 }).toBeGreaterThan(2);
    const [first, , third] = running.invocations();
    expect((third?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(300);
    await running.source.stop();
  });

  test('a partition that is stuck makes nobody ask for the others without a pause', async () => {
    const topic = await harness.makeTopic(2);
    const values = ['report:1000', ...Array.from({ length: 9 }, () => 'x')];
    await harness.produce(
      topic,
      values.map((value) => ({ value })),
    );
    // Those of other tests would be counted, too.
    await harness.stopAll();
    const running = harness.start(topic, { batchSize: 2 });
    // From here on, redelivery has its longest wait.
    await expect.poll(() => running.invocations().length, { timeout: 20_000 }).toBeGreaterThan(5);
    let fetches = 0;
    const count = () => fetches++;
    subscribe('tracing:plt:kafka:consumer:fetches:start', count);
    await sleep(4_000);
    unsubscribe('tracing:plt:kafka:consumer:fetches:start', count);
    expect(fetches).toBeGreaterThan(0);
    expect(fetches).toBeLessThan(60);
    await running.source.stop();
  });

  test('a list is ignored where the mapping does not declare it: the batch is done', async () => {
    const topic = await topicWith('a', 'report:1000', 'b');
    const running = harness.start(topic, { partialResponses: false });
    await harness.untilCommitted(running, topic, [3]);
    expect(running.invocations()).toHaveLength(1);
  });

  test.each(['null', '{}', '{"batchItemFailures":[]}'])('%s is success', async (answer) => {
    const topic = await topicWith('a');
    const running = harness.start(topic, { fixture: 'echo', environment: { ANSWER: answer } });
    await harness.untilCommitted(running, topic, [1]);
    expect(running.printed()).toHaveLength(1);
  });
});
