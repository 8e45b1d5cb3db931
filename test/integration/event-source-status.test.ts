import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  startStatusServer,
  type StatusServer,
} from '../../plugins/event-source-mapping/local/status-server.ts';
import {
  createEventSourceHarness,
  type EventSourceHarness,
  type RunningSource,
} from '../support/event-source-harness.ts';

let harness: EventSourceHarness;
const servers: StatusServer[] = [];
beforeAll(() => {
  harness = createEventSourceHarness(inject('kafkaBrokers'));
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await harness.close();
});

async function addressOf({ source }: RunningSource): Promise<string> {
  const server = await startStatusServer(0, () => source.state());
  servers.push(server);
  return server.url;
}

async function statusAt(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url);
  const { mappings } = (await response.json()) as { mappings: Record<string, unknown>[] };
  return mappings[0] ?? {};
}

// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
describe('the status address', () => {
  test('tells settings, state and the CloudWatch counters of a mapping', async () => {
    const [topic, failures] = [await harness.makeTopic(), await harness.makeTopic()];
    await harness.produce(topic, [{ value: 'a' }, { value: 'report:9' }, { value: 'b' }]);
    const running = harness.start(topic, {
      maximumRetryAttempts: 1,
      destinations: { onFailure: `kafka://${failures}` },
    });
    await harness.untilCommitted(running, topic, [3]);
    const url = await addressOf(running);
    await expect
      .poll(async () => (await statusAt(url))['metrics'])
      .toMatchObject({
        PolledEventCount: 3,
        InvokedEventCount: 4,
        FailedInvokeEventCount: 2,
        InvokeErrorCount: 2,
        DroppedEventCount: 0,
        OnFailureDestinationDeliveredEventCount: 1,
        CommittedEventCount: 3,
        CommitErrorCount: 0,
        MaxOffsetLag: 0,
      });
    expect(await statusAt(url)).toMatchObject({
      functionName: 'f',
      topic,
      state: 'member',
      settings: { mode: 'provisioned', retriesMax: 1, recordAgeMaxMs: -1, batchSize: 100 },
      partitions: [{ partition: 0, committedOffset: 3, endOffset: 3, lag: 0 }],
    });
  });

  test('tells how far a mapping is behind', async () => {
    const topic = await harness.makeTopic(2);
    await harness.produce(topic, [
      { value: 'report:1000' },
      { value: 'a' },
      { value: 'b' },
      { value: 'c', partition: 1 },
    ]);
    const running = harness.start(topic);
    await harness.untilCommitted(running, topic, [-1, 1]);
    const url = await addressOf(running);
    await expect
      .poll(async () => (await statusAt(url))['metrics'], { timeout: 5_000 })
      .toMatchObject({ MaxOffsetLag: 3, SumOffsetLag: 3 });
    await running.source.stop();
  });

  test('can only be read', async () => {
    const url = await addressOf(harness.start(await harness.makeTopic()));
    const response = await fetch(url, { method: 'POST', body: '{}' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect((await fetch(`${url}other`)).status).toBe(404);
  });
});

describe('the log', () => {
  test('has one line for each batch, at the level that was chosen', async () => {
    const topic = await harness.makeTopic(2);
    await harness.produce(topic, [{ value: 'a' }, { value: 'b', partition: 1 }, { value: 'c' }]);
    const running = harness.start(topic, { batchLines: 'info', maximumBatchingWindow: 1 });
    await harness.untilCommitted(running, topic, [2, 1]);
    const lines = running.said.filter((text) => text.includes(`${topic} → f`));
    expect(lines).toEqual([
      expect.stringMatching(/^info \S+ → f: 3 records, partitions 0 1, \d+ ms, done$/),
    ]);
  });

  test('warns once that a mapping falls behind', async () => {
    const topic = await harness.makeTopic();
    await harness.produce(
      topic,
      Array.from({ length: 8 }, (_, index) => ({ value: `slow:${index < 1 ? 1 : 0}` })),
    );
    const running = harness.start(topic, { batchSize: 2, lagWarning: 5 });
    await harness.untilCommitted(running, topic, [8]);
    const behind = running.warnings.filter((text) => text.includes('falls behind'));
    expect(behind).toEqual([
      `${topic} → f falls behind: 8 records wait (limit of this warning: 5)`,
    ]);
  });
});
