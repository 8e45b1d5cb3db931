import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeFraming } from '../../lib/codec/avro/framing.ts';
import { parseAvroSchema } from '../../lib/codec/avro/schema.ts';
import { writeAvro } from '../../lib/codec/avro/write.ts';
import { writeRetryState } from '../../lib/codec/retry-state.ts';
import type { RetryState } from '../../lib/model/retry.ts';
import { ORDER_EVENT_SCHEMA } from '../../lib/orders/order-event-schema.ts';
import { bytes, orderEvent, state } from '../support/builders.ts';
import { judgementsIn } from '../support/iam-facts.ts';
import { liveAndDie } from '../support/iam-life.ts';
import { startIamStack, type IamStack } from '../support/iam-stack.ts';
import { requestOf } from '../support/kafka-client.ts';
import { until } from '../support/until.ts';

/*
 * The packaged functions do all that they do, each with what its role allows: the broker's ACLs are made of the statements.
 * What they called is compared with the statements, both ways.
 */

let stack: IamStack;
let failure: Error | undefined;
beforeAll(async () => {
  stack = await startIamStack();
  failure = await everything().then(
    () => undefined,
    (error: Error) => error,
  );
}, 300_000);
afterAll(() => stack?.[Symbol.asyncDispose]());

const ORDER_TYPE = parseAvroSchema(ORDER_EVENT_SCHEMA);

/** In Avro, as create-order writes it here, by the schema that it registered. */
function orderOf(orderId: string, customerId = 'C-1') {
  const schemaId = stack.glue.versionIdOf('order-events-value') ?? 'create-order comes first';
  return writeFraming('glue', schemaId, writeAvro(ORDER_TYPE, orderEvent({ orderId, customerId })));
}

/** A record that anybody may write, or, with a state, one of ours. */
async function put(
  topic: string,
  orderId: string,
  over?: Partial<RetryState>,
  customerId?: string,
) {
  const headers = over === undefined ? [] : writeRetryState([], state(over));
  const value = orderOf(orderId, customerId);
  const requests = [requestOf(topic, { key: bytes(orderId), value, headers })];
  const [outcome] = await stack.client.publisher.publish(requests, {
    deadlineMs: Date.now() + 20_000,
  });
  expect(outcome?.kind).toBe('acknowledged');
}

/** Dead letters that one slice of a job, at one a second, is not enough for. */
const LONG_JOB = 24;

const logged = (text: string) =>
  until(text, () => (stack.lines.some((line) => line.includes(text)) ? true : undefined));

const redriven = (offset: number) => ({
  redrive: { id: `redrive-${offset}`, count: 1 },
  origin: { topic: 'order-events', partition: 0, offset, timestampMs: 1 },
});

/** All that the service does, each function with its role alone. Rejects where something does not come. */
async function everything() {
  const body = JSON.stringify({ orderId: 'ORDER-1', numItems: 1 });
  await stack.call('create-order', { method: 'POST', path: '/api/create-order', body });
  await logged('Order ORDER-1 processed successfully');
  const pathParameters = { orderId: 'ORDER-1' };
  await stack.call('get-order', { path: '/api/orders/ORDER-1', pathParameters });
  // What waits in each tier is seen; ORDER-3 in one that only a former policy used.
  const tiers = stack.config.policy.tiers.map(({ topic }) => topic);
  const seen = new Set<string>();
  await until('what waits in every tier', async () => {
    const notBeforeMs = Date.now() + 6_000;
    const unseen = tiers.filter((tier) => !seen.has(tier));
    // The same bytes once more have no second effect; what is due by the time that it is looked for was not seen.
    for (const tier of unseen) await put(tier, `ORDER-OF-${tier}`, { attempt: 2, notBeforeMs });
    const { consumerStats } = await stack.call('get-dlq-info', { path: '/api/dlq/info' });
    const { retryTrackerDetails } = consumerStats as { retryTrackerDetails: { topic: string }[] };
    for (const { topic } of retryTrackerDetails) seen.add(topic);
    return tiers.every((tier) => seen.has(tier)) || undefined;
  });
  // Another order with its id: whose it is has to be looked up.
  await put('order-events', 'ORDER-1', undefined, 'C-2');
  await put('order-events-redrive', 'ORDER-1', redriven(101), 'C-3');
  await put('order-events', 'ORDER-TEST-FAIL-1');
  await put('order-events-redrive', 'ORDER-TEST-FAIL-2', redriven(102));
  for (const tier of tiers) await logged(`Order ORDER-OF-${tier} processed successfully`);
  await logged('Message sent to DLQ | OrderID: ORDER-TEST-FAIL-1');
  await logged('Message sent to DLQ | OrderID: ORDER-TEST-FAIL-2');
  const strange = Array.from({ length: LONG_JOB }, () =>
    requestOf('order-events', { key: null, value: bytes('no order'), headers: [] }),
  );
  await stack.client.publisher.publish(strange, { deadlineMs: Date.now() + 20_000 });
  await until('many dead letters', async () => {
    const path = '/api/dlq/messages?reason=undecodable&limit=100';
    const { messageCount } = await stack.call('list-dlq-messages', { path });
    return Number(messageCount) === LONG_JOB || undefined;
  });
  const list = await stack.call('list-dlq-messages', {
    path: '/api/dlq/messages?reason=retries-exhausted',
  });
  const id = (list['messages'] as { id: string }[])[0]?.id ?? '';
  const path = `/api/dlq/messages/${id}`;
  const { message } = await stack.call('get-dlq-message', { path, pathParameters: { id } });
  expect(message).toMatchObject({ id, originalTopic: 'order-events' });
  await liveAndDie(stack);
  await stack.call('docs', { path: '/openapi.json', routeKey: 'GET /openapi.json' });
}

describe('each function with what its role allows', () => {
  test('does all that it does', () => {
    if (failure !== undefined) console.error(stack.lines.slice(-40).join('\n'));
    expect(failure).toBeUndefined();
  });

  test('nothing is called that is not allowed', () => {
    expect([...stack.called()].filter((fact) => !stack.allowed.has(fact)).toSorted()).toEqual([]);
  });

  test('nothing is allowed that nobody calls', () => {
    const called = new Set([...stack.called(), ...pollers()]);
    // Lambda's own work with the function's role, of which nothing runs here: network interfaces and logs.
    const platform = /^[\w-]+ (ec2|logs):/;
    const idle = [...stack.allowed].filter((fact) => !called.has(fact) && !platform.test(fact));
    expect(idle.toSorted()).toEqual([]);
  });

  test('what AWS’s pollers do is allowed, and so is what the local ones did', () => {
    const wanted = pollers();
    expect([...wanted].filter((fact) => !stack.allowed.has(fact))).toEqual([]);
    const roleOf = new Map(
      stack.mappings.flatMap(({ functionName, topic, consumerGroupId }) => [
        [`topic/${topic}`, functionName],
        [`group/${consumerGroupId}`, functionName],
      ]),
    );
    const polled = judgementsIn(readFileSync(stack.broker.logFile, 'utf8'))
      .filter(({ request }) => /^(JoinGroup|SyncGroup|Heartbeat|OffsetCommit)$/.test(request))
      .map(({ fact }) => fact.split(' '))
      .map(([, action, resource = '']) => `${roleOf.get(resource)} ${action} ${resource}`);
    expect(polled.length).toBeGreaterThan(stack.mappings.length);
    expect([...new Set(polled)].filter((fact) => !wanted.has(fact))).toEqual([]);
  });

  test('the broker does refuse what no statement allows', async () => {
    const denied = judgementsIn(readFileSync(stack.broker.logFile, 'utf8')).filter(
      ({ allowed }) => !allowed,
    );
    expect(denied).toEqual([]);
    const topic = stack.config.topics.dlq;
    const outcome = await stack.publishAs('get-dlq-message', topic);
    expect(outcome).toMatch(/authori[sz]/i);
    const judged = judgementsIn(readFileSync(stack.broker.logFile, 'utf8'));
    expect(judged).toContainEqual(
      expect.objectContaining({
        fact: `get-dlq-message kafka-cluster:WriteData topic/${topic}`,
        allowed: false,
      }),
    );
  });
});

/**
 * What AWS does with the role of a mapping's function. Written by hand from
 * https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html and, for a topic as on-failure destination,
 * https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure-destination.html
 */
function pollers(): ReadonlySet<string> {
  const facts = stack.mappings.flatMap(({ functionName, topic, consumerGroupId, destinations }) => {
    const destination = destinations?.onFailure.replace('kafka://', 'topic/');
    return [
      'kafka:DescribeCluster cluster',
      'kafka:DescribeClusterV2 cluster',
      'kafka:GetBootstrapBrokers cluster',
      'kafka-cluster:Connect cluster',
      'kafka-cluster:DescribeCluster cluster',
      'kafka-cluster:DescribeClusterDynamicConfiguration cluster',
      `kafka-cluster:DescribeGroup group/${consumerGroupId}`,
      `kafka-cluster:AlterGroup group/${consumerGroupId}`,
      `kafka-cluster:DescribeTopic topic/${topic}`,
      `kafka-cluster:ReadData topic/${topic}`,
      ...(destination === undefined
        ? []
        : ['DescribeTopic', 'ReadData', 'WriteData'].map(
            (action) => `kafka-cluster:${action} ${destination}`,
          )),
    ].map((fact) => `${functionName} ${fact}`);
  });
  return new Set(facts);
}
