import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  createEventSourceHarness,
  type EventSourceHarness,
  type RunningSource,
} from '../support/event-source-harness.ts';
import { createKafkaTestClient, type KafkaTestClient } from '../support/kafka-client.ts';

let harness: EventSourceHarness;
let client: KafkaTestClient;
beforeAll(async () => {
  harness = createEventSourceHarness(inject('kafkaBrokers'));
  client = await createKafkaTestClient(inject('kafkaBrokers'));
});
afterAll(async () => {
  await harness.close();
  await client.close();
});

async function topicWith(...values: string[]): Promise<string> {
  const topic = await harness.makeTopic();
  await harness.produce(
    topic,
    values.map((value) => ({ value })),
  );
  return topic;
}

const batchesOf = (running: RunningSource) =>
  running.invocations().map(({ records }) => records.map(({ text }) => text));

/** As the function got it. */
function firstRecordOf(running: RunningSource): Record<string, unknown> | undefined {
  const [invocation] = running.printed();
  const event = invocation?.['event'] as { records: Record<string, Record<string, unknown>[]> };
  return Object.values(event.records)[0]?.[0];
}

interface RequestContext {
  readonly condition: string;
  readonly requestId: string;
}

/** What AWS's wrappers on the topic say of the last invocation. */
async function contextsIn(topic: string): Promise<RequestContext[]> {
  const records = await client.readAll(topic);
  return records.map(({ value }) => {
    const wrapper = JSON.parse(Buffer.from(value ?? []).toString()) as {
      readonly requestContext: RequestContext;
    };
    return wrapper.requestContext;
  });
}

async function conditionsIn(topic: string): Promise<string[]> {
  return (await contextsIn(topic)).map(({ condition }) => condition);
}

// AWS says nothing of these, or its pages disagree: each is a setting. The other value's test stands beside the rule.
describe('where AWS is silent', () => {
  test('a missing key or value is null by the setting missingKeyOrValue', async () => {
    const topic = await harness.makeTopic();
    await harness.produce(topic, [{ value: null, key: null }]);
    const behaviour = { missingKeyOrValue: 'null' } as const;
    const running = harness.start(topic, { fixture: 'echo', behaviour });
    await harness.untilCommitted(running, topic, [1]);
    expect(firstRecordOf(running)).toMatchObject({ key: null, value: null });
  });

  test('a partition comes again from its lowest failed offset by the setting redelivery', async () => {
    const topic = await topicWith('a', 'report:1', 'b', 'report:2', 'c');
    const running = harness.start(topic, { behaviour: { redelivery: 'lowest-offset' } });
    await harness.untilCommitted(running, topic, [5]);
    expect(batchesOf(running)).toEqual([
      ['a', 'report:1', 'b', 'report:2', 'c'],
      ['report:1', 'b', 'report:2', 'c'],
      ['report:2', 'c'],
    ]);
  });

  test.each(['RetriesExhausted', 'RetryAttemptsExhausted'] as const)(
    'the condition is spelled %s by the setting retriesCondition',
    async (retriesCondition) => {
      const [topic, failures] = [await topicWith('throw:9'), await harness.makeTopic()];
      const running = harness.start(topic, {
        behaviour: { retriesCondition },
        maximumRetryAttempts: 0,
        destinations: { onFailure: `kafka://${failures}` },
      });
      await harness.untilCommitted(running, topic, [1]);
      expect(await conditionsIn(failures)).toEqual([retriesCondition]);
    },
  );

  test.each([
    ['no', [2, 1, 1, 1]],
    ['yes', [2, 1, 1]],
  ] as const)(
    'a split spends an attempt: %s, by the setting bisectSpendsRetry',
    async (bisectSpendsRetry, sizes) => {
      const topic = await topicWith('a', 'throw:9');
      const running = harness.start(topic, {
        behaviour: { bisectSpendsRetry },
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: 1,
      });
      await harness.untilCommitted(running, topic, [2]);
      expect(batchesOf(running).map(({ length }) => length)).toEqual(sizes);
    },
  );

  test('redelivery comes at once by the setting redeliveryDelay', async () => {
    const topic = await topicWith('report:8');
    const running = harness.start(topic, { behaviour: { redeliveryDelay: 'none' } });
    await harness.untilCommitted(running, topic, [1]);
    const all = running.invocations();
    // With growing waits it would be more than 7 s.
    expect((all.at(-1)?.at ?? Number.POSITIVE_INFINITY) - (all[0]?.at ?? 0)).toBeLessThan(3_000);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
describe('the record age limit', () => {
  const longAgo = () => Date.now() - 61_000;

  test('a record over it goes to the destination without an invocation, and its partition goes on', async () => {
    const [topic, failures] = [await harness.makeTopic(), await harness.makeTopic()];
    await harness.produce(topic, [{ value: 'old', timestampMs: longAgo() }, { value: 'young' }]);
    const running = harness.start(topic, {
      maximumRecordAgeInSeconds: 60,
      destinations: { onFailure: `kafka://${failures}` },
    });
    await harness.untilCommitted(running, topic, [2]);
    expect(batchesOf(running)).toEqual([['young']]);
    expect(await conditionsIn(failures)).toEqual(['RecordAgeExceeded']);
  });

  test('a record that grows over it while it fails is not tried again', async () => {
    const [topic, failures] = [await harness.makeTopic(), await harness.makeTopic()];
    await harness.produce(topic, [{ value: 'report:1000', timestampMs: Date.now() - 45_000 }]);
    const running = harness.start(topic, {
      behaviour: { ageCondition: 'RetriesExhausted' },
      maximumRecordAgeInSeconds: 60,
      maximumRetryAttempts: 10_000,
      destinations: { onFailure: `kafka://${failures}` },
    });
    await harness.untilCommitted(running, topic, [1]);
    expect(running.invocations().length).toBeGreaterThan(0);
    expect(await conditionsIn(failures)).toEqual(['RetriesExhausted']);
    // Whoever looks for the cause looks into that invocation's log.
    const [context] = await contextsIn(failures);
    expect(context?.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('a record over it is dropped and counted where there is no destination', async () => {
    const topic = await harness.makeTopic();
    await harness.produce(topic, [{ value: 'old', timestampMs: longAgo() }]);
    const running = harness.start(topic, { maximumRecordAgeInSeconds: 60 });
    await harness.untilCommitted(running, topic, [1]);
    expect(running.source.state()[0]?.counters.DroppedEventCount).toBe(1);
    expect(running.warnings.join('\n')).toContain(`${topic}-0@0 (RecordAgeExceeded) is dropped`);
  });

  test('without one, a record of any age is delivered', async () => {
    const topic = await harness.makeTopic();
    await harness.produce(topic, [{ value: 'old', timestampMs: 1 }]);
    const running = harness.start(topic, { maximumRecordAgeInSeconds: -1 });
    await harness.untilCommitted(running, topic, [1]);
    expect(batchesOf(running)).toEqual([['old']]);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
describe('a destination that takes nothing', () => {
  test('makes the record lost: counted twice, and shouted', async () => {
    const topic = await topicWith('throw:9', 'next');
    const failures = await client.makeTopic(1, { 'max.message.bytes': '100' });
    const running = harness.start(topic, {
      batchSize: 1,
      maximumRetryAttempts: 0,
      destinations: { onFailure: `kafka://${failures}` },
    });
    await harness.untilCommitted(running, topic, [2]);
    expect(running.source.state()[0]?.counters).toMatchObject({
      DroppedEventCount: 1,
      OnFailureDestinationDeliveryErrorCount: 1,
      OnFailureDestinationDeliveredEventCount: 0,
    });
    expect(running.said).toContain(
      `error ${topic}-0@0 (RetriesExhausted) is LOST: ${failures} did not take it`,
    );
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
describe('an oversize record', () => {
  test('is dropped and counted where there is no destination', async () => {
    const topic = await client.makeTopic(1, { 'max.message.bytes': String(8 * 1024 * 1024) });
    await harness.produce(topic, [{ value: Buffer.alloc(5_000_000) }, { value: 'next' }]);
    const running = harness.start(topic);
    await harness.untilCommitted(running, topic, [2]);
    expect(batchesOf(running)).toEqual([['next']]);
    expect(running.source.state()[0]?.counters.DroppedEventCount).toBe(1);
  });
});

describe('the timestamp type', () => {
  test('is LOG_APPEND_TIME where the topic says so, with the time of the broker', async () => {
    const topic = await client.makeTopic(1, { 'message.timestamp.type': 'LogAppendTime' });
    await harness.produce(topic, [{ value: 'a', timestampMs: 1 }]);
    const running = harness.start(topic, { fixture: 'echo' });
    await harness.untilCommitted(running, topic, [1]);
    const record = firstRecordOf(running);
    expect(record?.['timestampType']).toBe('LOG_APPEND_TIME');
    expect(Math.abs(Number(record?.['timestamp']) - Date.now())).toBeLessThan(60_000);
  });
});
