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

const sizesOf = (running: RunningSource) =>
  running.invocations().map(({ records }) => records.length);

interface Wrapper {
  readonly requestContext: Record<string, unknown>;
  readonly responseContext: unknown;
  readonly KafkaBatchInfo: Record<string, unknown>;
  readonly payload: { readonly records: Record<string, { readonly offset: number }[]> };
}

async function wrappersIn(topic: string): Promise<{ key: string | null; wrapper: Wrapper }[]> {
  const records = await client.readAll(topic);
  return records.map(({ key, value }) => ({
    key: key && Buffer.from(key).toString(),
    wrapper: JSON.parse(Buffer.from(value ?? []).toString()) as Wrapper,
  }));
}

// https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
// https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure-destination.html
describe('limits', () => {
  test('out of retries, each failed record goes to the destination, keyed like itself, and its partition goes on', async () => {
    const [topic, failures] = [await harness.makeTopic(), await harness.makeTopic()];
    await harness.produce(topic, [
      { value: 'good', key: 'a' },
      { value: 'report:1000', key: 'b' },
      { value: 'report:1000' },
    ]);
    const running = harness.start(topic, {
      maximumRetryAttempts: 2,
      destinations: { onFailure: `kafka://${failures}` },
    });
    await harness.untilCommitted(running, topic, [3]);
    expect(sizesOf(running)).toEqual([3, 2, 2]);
    const wrappers = await wrappersIn(failures);
    expect(wrappers.map(({ key }) => key)).toEqual(['b', null]);
    for (const [index, { wrapper }] of wrappers.entries()) {
      expect(wrapper.requestContext).toMatchObject({
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      });
      expect(wrapper.KafkaBatchInfo).toMatchObject({
        batchSize: 1,
        recordInfo: { offset: index + 1 },
      });
      expect(wrapper.payload.records[`${topic}-0`]).toMatchObject([{ offset: index + 1 }]);
    }
    expect(running.source.state()[0]?.counters.OnFailureDestinationDeliveredEventCount).toBe(2);
  });

  test('no limit with a destination means 10 retries', async () => {
    const [topic, failures] = [await harness.makeTopic(), await harness.makeTopic()];
    await harness.produce(topic, [{ value: 'report:1000' }]);
    const running = harness.start(topic, {
      behaviour: { redeliveryDelay: 'none' },
      destinations: { onFailure: `kafka://${failures}` },
    });
    await harness.untilCommitted(running, topic, [1]);
    expect(sizesOf(running)).toHaveLength(11);
  });

  test('out of retries without destination, the record is dropped, said aloud and counted', async () => {
    const topic = await harness.makeTopic();
    await harness.produce(topic, [{ value: 'throw:1000' }]);
    const running = harness.start(topic, { maximumRetryAttempts: 0 });
    await harness.untilCommitted(running, topic, [1]);
    expect(running.source.state()[0]?.counters.DroppedEventCount).toBe(1);
    expect(running.warnings.join('\n')).toContain(`${topic}-0@0 (RetriesExhausted) is dropped`);
  });

  test('bisect narrows a failing batch to the record that fails; the others get through', async () => {
    const [topic, failures] = [await harness.makeTopic(), await harness.makeTopic()];
    const values = ['a', 'b', 'c', 'throw:1000', 'd', 'e', 'f', 'g'];
    await harness.produce(
      topic,
      values.map((value) => ({ value })),
    );
    const running = harness.start(topic, {
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 1,
      destinations: { onFailure: `kafka://${failures}` },
    });
    await harness.untilCommitted(running, topic, [8]);
    expect(sizesOf(running)).toEqual([8, 4, 2, 2, 1, 1, 1, 4]);
    const [only, ...more] = await wrappersIn(failures);
    expect(more).toEqual([]);
    expect(only?.wrapper.payload.records[`${topic}-0`]).toMatchObject([{ offset: 3 }]);
  });

  test('a record that no payload can hold goes to the destination without an invocation', async () => {
    const topic = await client.makeTopic(1, { 'max.message.bytes': String(8 * 1024 * 1024) });
    const failures = await client.makeTopic(1, { 'max.message.bytes': String(8 * 1024 * 1024) });
    await harness.produce(topic, [{ value: Buffer.alloc(5_000_000) }, { value: 'next' }]);
    const running = harness.start(topic, { destinations: { onFailure: `kafka://${failures}` } });
    await harness.untilCommitted(running, topic, [2]);
    expect(running.invocations().flatMap(({ records }) => records)).toEqual([
      { partition: 0, offset: 1, text: 'next' },
    ]);
    const [{ wrapper } = { wrapper: undefined }] = await wrappersIn(failures);
    expect(wrapper?.requestContext['condition']).toBe('MaximumPayloadSizeExceeded');
    expect(wrapper?.responseContext).toBeNull();
  });
});
