import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  createEventSourceHarness,
  textsOf,
  type EventSourceHarness,
} from '../support/event-source-harness.ts';

let harness: EventSourceHarness;
beforeAll(() => {
  harness = createEventSourceHarness(inject('kafkaBrokers'));
});
afterAll(() => harness.close());

const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;

/** Records of 100, 50 and 10 seconds ago. */
async function agedTopic(): Promise<string> {
  const topic = await harness.makeTopic();
  await harness.produce(
    topic,
    [100, 50, 10].map((age) => ({ value: String(age), timestampMs: secondsAgo(age) * 1000 })),
  );
  return topic;
}

// https://docs.aws.amazon.com/lambda/latest/dg/kafka-starting-positions.html
describe('the starting position', () => {
  test('TRIM_HORIZON, which is the default, begins at the oldest record', async () => {
    const topic = await agedTopic();
    const running = harness.start(topic);
    await harness.untilCommitted(running, topic, [3]);
    expect(textsOf(running)).toEqual(['100', '50', '10']);
  });

  test('AT_TIMESTAMP begins at the first record that is not older', async () => {
    const topic = await agedTopic();
    const running = harness.start(topic, {
      startingPosition: 'AT_TIMESTAMP',
      startingPositionTimestamp: secondsAgo(60),
    });
    await harness.untilCommitted(running, topic, [3]);
    expect(textsOf(running)).toEqual(['50', '10']);
  });

  test('AT_TIMESTAMP behind the last record takes what comes from then on', async () => {
    const topic = await agedTopic();
    const running = harness.start(topic, {
      startingPosition: 'AT_TIMESTAMP',
      startingPositionTimestamp: secondsAgo(0),
    });
    await expect.poll(() => running.source.state()[0]?.state, { timeout: 20_000 }).toBe('member');
    await harness.produce(topic, [{ value: 'new' }]);
    await harness.untilCommitted(running, topic, [4]);
    expect(textsOf(running)).toEqual(['new']);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/kafka-consumer-group-id.html
  test('AT_TIMESTAMP is ignored where the group has offsets', async () => {
    const topic = await agedTopic();
    const first = harness.start(topic, { batchSize: 1 });
    await harness.untilCommitted(first, topic, [3]);
    await first.source.stop();
    await harness.produce(topic, [{ value: 'next' }]);
    const second = harness.start(topic, {
      consumerGroupId: first.groupId,
      startingPosition: 'AT_TIMESTAMP',
      startingPositionTimestamp: secondsAgo(60),
    });
    await harness.untilCommitted(second, topic, [4]);
    expect(textsOf(second)).toEqual(['next']);
  });
});
