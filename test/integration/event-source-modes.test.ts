import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Behaviour } from '../../plugins/event-source-mapping/local/behaviour.ts';
import {
  createEventSourceHarness,
  type EventSourceHarness,
  type RunningSource,
} from '../support/event-source-harness.ts';

let harness: EventSourceHarness;
beforeAll(() => {
  harness = createEventSourceHarness(inject('kafkaBrokers'));
});
afterAll(() => harness.close());

/** Invocations at the same time, at most. */
function mostAtOnce(running: RunningSource): number {
  const starts = running.invocations().map(({ at }) => at);
  const ends = running
    .printed()
    .flatMap(({ ended, at }) => (ended === undefined ? [] : [Number(at)]));
  const atOnce = starts.map(
    (at) => starts.filter((start) => start <= at).length - ends.filter((end) => end <= at).length,
  );
  return Math.max(...atOnce);
}

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
describe('the batching window', () => {
  test('is 500 ms where none is declared', async () => {
    const topic = await harness.makeTopic();
    const noWindow = { maximumBatchingWindow: undefined } as unknown as object;
    const running = harness.start(topic, noWindow);
    await harness.produce(topic, [{ value: 'warm up' }]);
    await harness.untilCommitted(running, topic, [1]);
    const waitsMs: number[] = [];
    for (let index = 1; index <= 3; index++) {
      const producedAt = Date.now();
      await harness.produce(topic, [{ value: 'a' }]);
      await harness.untilCommitted(running, topic, [index + 1]);
      waitsMs.push((running.invocations()[index]?.at ?? 0) - producedAt);
    }
    // Each waits; what comes on top of the window on a busy machine does not come every time.
    expect(Math.min(...waitsMs)).toBeGreaterThanOrEqual(490);
    expect(Math.min(...waitsMs)).toBeLessThan(1_000);
  });

  test('of 0 sends what is there at once', async () => {
    const topic = await harness.makeTopic();
    const running = harness.start(topic, { maximumBatchingWindow: 0 });
    await harness.produce(topic, [{ value: 'warm up' }]);
    await harness.untilCommitted(running, topic, [1]);
    const producedAt = Date.now();
    await harness.produce(topic, [{ value: 'a' }]);
    await harness.untilCommitted(running, topic, [2]);
    expect((running.invocations()[1]?.at ?? Number.POSITIVE_INFINITY) - producedAt).toBeLessThan(
      400,
    );
  });

  test.each([
    ['provisioned', 'the batch before it was complete', false],
    ['on-demand', 'the invocation before it has ended', true],
  ] as const)('in %s mode starts when %s', async (mode, _when, waitsAfterEnd) => {
    const topic = await harness.makeTopic();
    const running = harness.start(topic, { mode, maximumBatchingWindow: 1, batchSize: 1_000 });
    await harness.produce(topic, [{ value: 'slow:1' }]);
    await expect.poll(() => running.invocations().length, { timeout: 20_000 }).toBe(1);
    await harness.produce(topic, [{ value: 'next' }]);
    await harness.untilCommitted(running, topic, [2]);
    const end = running.printed().find(({ ended }) => ended !== undefined)?.['at'] as number;
    const waitedMs = (running.invocations()[1]?.at ?? 0) - end;
    // The function takes 1.5 s: a window of 1 s that starts before it is over by then.
    if (waitsAfterEnd) expect(waitedMs).toBeGreaterThanOrEqual(950);
    else expect(waitedMs).toBeLessThan(700);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html
describe('a provisioned poller', () => {
  test('makes 5 invocations at a time, however many partitions wait', async () => {
    const topic = await harness.makeTopic(7);
    const running = harness.start(topic, { provisionedPollerConfig: { maximumPollers: 1 } });
    await expect
      .poll(() => running.source.state()[0]?.partitions.length, { timeout: 20_000 })
      .toBe(7);
    const partitions = Array.from({ length: 7 }, (_, partition) => partition);
    // One batch holds several partitions: each gets its record when the one before is under way.
    for (const partition of partitions) {
      await harness.produce(topic, [{ value: 'long:1', partition }]);
      const expected = Math.min(partition + 1, 5);
      await expect
        .poll(() => running.invocations().length, { timeout: 20_000 })
        .toBeGreaterThanOrEqual(expected);
    }
    await harness.untilCommitted(
      running,
      topic,
      partitions.map(() => 1),
    );
    expect(mostAtOnce(running)).toBe(5);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html
describe('provisioned pollers', () => {
  const PARTITIONS = 8;
  const PER_PARTITION = 3;
  const startOn = (topic: string, behaviour: Partial<Behaviour>) =>
    harness.start(topic, {
      behaviour,
      batchSize: 1,
      provisionedPollerConfig: { minimumPollers: 1, maximumPollers: 2 },
    });
  const backlog = Array.from({ length: PARTITIONS * PER_PARTITION }, (_, index) => ({
    value: 'slow:1',
    partition: index % PARTITIONS,
  }));

  test('get more while records wait, up to maximumPollers, and fewer when they are done', async () => {
    const topic = await harness.makeTopic(PARTITIONS);
    const running = startOn(topic, {});
    const pollers = () => running.source.state()[0]?.pollers;
    expect(pollers()).toBe(1);
    await harness.produce(topic, backlog);
    await expect.poll(pollers, { timeout: 20_000, interval: 20 }).toBe(2);
    await harness.untilCommitted(
      running,
      topic,
      Array.from({ length: PARTITIONS }, () => PER_PARTITION),
    );
    expect(mostAtOnce(running)).toBeGreaterThan(5);
    await expect.poll(pollers, { timeout: 20_000 }).toBe(1);
  });

  test('are all there from the start by the setting pollerScaling', async () => {
    const topic = await harness.makeTopic(PARTITIONS);
    const running = startOn(topic, { pollerScaling: 'maximum' });
    expect(running.source.state()[0]?.pollers).toBe(2);
  });
});

describe('a setting that the mode does not support', () => {
  test('is an error at start that names it', async () => {
    const topic = await harness.makeTopic();
    expect(() =>
      harness.start(topic, { mode: 'on-demand', bisectBatchOnFunctionError: true }),
    ).toThrow(`Mapping of ${topic} to f: bisectBatchOnFunctionError needs provisioned mode`);
  });
});
