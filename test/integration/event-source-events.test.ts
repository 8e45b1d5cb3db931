import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  createEventSourceHarness,
  type EventSourceHarness,
} from '../support/event-source-harness.ts';

const GOLDEN = new URL('../fixtures/events/golden.json', import.meta.url);

interface KafkaEvent {
  readonly eventSource: string;
  readonly eventSourceArn: string;
  readonly bootstrapServers: string;
  readonly records: Record<string, KafkaEventRecord[]>;
}
interface KafkaEventRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key?: string;
  readonly value?: string;
  readonly headers: Record<string, number[] | null>[];
}

let harness: EventSourceHarness;
beforeAll(() => {
  harness = createEventSourceHarness(inject('kafkaBrokers'));
});
afterAll(() => harness.close());

const bytesOf = (text: string | undefined) =>
  text === undefined ? null : Buffer.from(text, 'base64');

// https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
describe('the event', () => {
  test('holds keys, values and headers exactly, over several partitions', async () => {
    const golden = JSON.parse(readFileSync(GOLDEN, 'utf8')) as KafkaEvent;
    const wanted = Object.values(golden.records).flat();
    const topic = await harness.makeTopic(13);
    await harness.produce(
      topic,
      wanted.map(({ partition, key, value, headers }) => ({
        partition,
        key: bytesOf(key),
        value: bytesOf(value),
        headers: headers.flatMap((header) =>
          Object.entries(header).map(
            ([name, bytes]) => [name, bytes && Buffer.from(bytes)] as const,
          ),
        ),
      })),
    );
    const running = harness.start(topic, {
      fixture: 'echo',
      eventSourceArn: golden.eventSourceArn,
    });
    await expect.poll(() => running.printed().length, { timeout: 20_000 }).toBe(1);
    const event = running.printed()[0]?.['event'] as KafkaEvent;
    const got = Object.values(event.records).flat();
    const contentOf = ({ partition, key, value, headers }: KafkaEventRecord) => ({
      partition,
      key,
      value,
      headers,
    });
    expect(got.map(contentOf)).toEqual(wanted.map(contentOf));
    expect(Object.keys(event.records)).toEqual([`${topic}-0`, `${topic}-12`]);
    expect(got.map(({ offset }) => offset)).toEqual([0, 1, 2, 0]);
    expect(got[0]).toMatchObject({ topic, timestampType: 'CREATE_TIME' });
    expect(Math.abs((got[0]?.timestamp ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(event).toMatchObject({
      eventSource: 'aws:kafka',
      eventSourceArn: golden.eventSourceArn,
      bootstrapServers: inject('kafkaBrokers'),
    });
  });

  test('reaches a warm function in a few milliseconds', async () => {
    const topic = await harness.makeTopic();
    const running = harness.start(topic);
    await harness.produce(topic, [{ value: 'warm up' }]);
    await expect.poll(() => running.invocations().length, { timeout: 20_000 }).toBe(1);
    const latencies: number[] = [];
    for (let index = 1; index <= 20; index++) {
      const producedAt = Date.now();
      await harness.produce(topic, [{ value: String(index) }]);
      await expect
        .poll(() => running.invocations().length, { interval: 2, timeout: 20_000 })
        .toBe(index + 1);
      latencies.push((running.invocations().at(-1)?.at ?? Number.POSITIVE_INFINITY) - producedAt);
    }
    // Some 5 ms where the machine has nothing else to do; the quicker ones of one that has.
    expect(latencies.toSorted((a, b) => a - b)[4]).toBeLessThan(50);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
describe('a batch', () => {
  test('is no larger than the batch size', async () => {
    const topic = await harness.makeTopic();
    await harness.produce(
      topic,
      Array.from({ length: 7 }, () => ({ value: 'x' })),
    );
    const running = harness.start(topic, { batchSize: 3 });
    await harness.untilCommitted(running, topic, [7]);
    expect(running.invocations().map(({ records }) => records.length)).toEqual([3, 3, 1]);
  });

  test('waits for its window, and closes early when it is full', async () => {
    const topic = await harness.makeTopic();
    const running = harness.start(topic, { batchSize: 3, maximumBatchingWindow: 5 });
    await running.source.ready;
    const startedAt = Date.now();
    await harness.produce(
      topic,
      Array.from({ length: 4 }, (_, index) => ({ value: String(index) })),
    );
    await harness.untilCommitted(running, topic, [4]);
    const [full, rest] = running.invocations();
    expect([full?.records.length, rest?.records.length]).toEqual([3, 1]);
    expect((full?.at ?? 0) - startedAt).toBeLessThan(4_500);
    expect((rest?.at ?? 0) - startedAt).toBeGreaterThanOrEqual(4_990);
  });

  test('is closed before its JSON is over 6 MB', async () => {
    const topic = await harness.makeTopic();
    const value = Buffer.alloc(900_000, 'x');
    await harness.produce(
      topic,
      Array.from({ length: 8 }, () => ({ value })),
    );
    const running = harness.start(topic, { fixture: 'echo', maximumBatchingWindow: 5 });
    await harness.untilCommitted(running, topic, [8]);
    const sizes = running.printed().map(({ eventBytes }) => Number(eventBytes));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(6 * 1024 * 1024);
    expect(sizes).toHaveLength(2);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/kafka-starting-positions.html
describe('the starting position', () => {
  test('LATEST leaves out what was there before, and counts only for a group without offsets', async () => {
    const topic = await harness.makeTopic();
    await harness.produce(topic, [{ value: 'old' }]);
    const first = harness.start(topic, { startingPosition: 'LATEST' });
    await expect.poll(() => first.source.state()[0]?.partitions, { timeout: 20_000 }).toEqual([0]);
    await harness.produce(topic, [{ value: 'new' }]);
    await harness.untilCommitted(first, topic, [2]);
    await first.source.stop();
    await harness.produce(topic, [{ value: 'meanwhile' }]);
    const { groupId: consumerGroupId } = first;
    const second = harness.start(topic, { startingPosition: 'LATEST', consumerGroupId });
    await harness.untilCommitted(second, topic, [3]);
    const texts = [...first.invocations(), ...second.invocations()]
      .flatMap(({ records }) => records)
      .map(({ text }) => text);
    expect(texts).toEqual(['new', 'meanwhile']);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
describe('an execution environment', () => {
  test('is reused, and knows what Lambda tells it and its own variables, nothing of ours', async () => {
    const topic = await harness.makeTopic();
    const running = harness.start(topic, { fixture: 'echo', environment: { MINE: '1' } });
    await harness.produce(topic, [{ value: 'a' }]);
    await harness.untilCommitted(running, topic, [1]);
    await harness.produce(topic, [{ value: 'b' }]);
    await harness.untilCommitted(running, topic, [2]);
    const [first, second] = running.printed();
    expect([first?.['invocations'], second?.['invocations']]).toEqual([1, 2]);
    expect(first?.['context']).toMatchObject({
      functionName: 'f',
      functionVersion: '$LATEST',
      memoryLimitInMB: '128',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    const names = first?.['environment'] as string[];
    expect(names).toEqual(expect.arrayContaining(['MINE', 'AWS_REGION', 'AWS_LAMBDA_RUNTIME_API']));
    expect(names.filter((name) => !/^(AWS_|LAMBDA_|_)/.test(name))).toEqual([
      'LANG',
      'MINE',
      'PATH',
      'STATE_DIR',
      'TZ',
    ]);
  });

  test('serves one invocation at a time; partitions beside each other get one each', async () => {
    const topic = await harness.makeTopic(2);
    const running = harness.start(topic);
    await running.source.ready;
    await harness.produce(topic, [{ value: 'long:1' }]);
    await expect.poll(() => running.invocations().length, { timeout: 20_000 }).toBe(1);
    await harness.produce(topic, [{ value: 'quick', partition: 1 }]);
    await harness.untilCommitted(running, topic, [1, 1]);
    const [long, quick] = running.invocations();
    expect(long?.pid).not.toBe(quick?.pid);
    const longEnd = running.printed().find(({ ended }) => ended === long?.pid)?.['at'] as number;
    expect(quick?.at).toBeLessThan(longEnd);
  });
});
