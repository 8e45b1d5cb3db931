import kafkajs, { type Message } from 'kafkajs';
import { readDelivery } from '../../lib/codec/delivery.ts';
import { decodeMskEvent } from '../../lib/codec/msk-event.ts';
import { parseConfig } from '../../lib/config.ts';
import { classify } from '../../lib/decide/classify.ts';
import { decideRetry } from '../../lib/decide/retry-decision.ts';
import { createRecordPublisher } from '../../lib/effect/kafka/publisher.ts';
import { createRecordReader } from '../../lib/effect/kafka/reader.ts';
import { systemClock } from '../../lib/effect/system-clock.ts';
import { toRequest, type HandOff } from '../../lib/flow/hand-over.ts';
import { batchHandler } from '../../lib/lambda/batch-handler.ts';
import type { Business } from '../../lib/ports/business.ts';
import { kafkaConnectionOf } from '../../lib/wire-kafka.ts';
import { wireBatchProcessing } from '../../lib/wire.ts';
import { lambdaContext } from '../../test/support/http-events.ts';
import { orderBatch } from './order-batch.ts';
import { sendResult } from './send-result.ts';

/** Milliseconds a batch, one value for each round. */
export interface HandOver {
  readonly ours: readonly number[];
  readonly invocation: readonly number[];
  readonly kafkajs: readonly number[];
}

const RECORDS = 1_000;
const WARM_UP_ROUNDS = 20;
const ROUNDS = 60;

const failing: Business<null> = {
  readId: () => 'ORDER-1',
  decode: () => ({ ok: true, body: null }),
  handle: () => Promise.reject(new Error('fails')),
};

const config = parseConfig(process.env);
const retryTopic = config.policy.tiers[0]?.topic ?? '';
const handler = batchHandler(wireBatchProcessing(process.env, () => failing));
const text = orderBatch({ count: RECORDS, topic: config.topics.order });

const connection = kafkaConnectionOf(config, 'bench');

/** What the service wrote to the retry topic, for kafkajs to write the very same. */
async function writtenRecords(): Promise<Message[]> {
  const reader = createRecordReader({ connection, clock: systemClock });
  const deadlineMs = Date.now() + 20_000;
  const window = { recordsMax: RECORDS, bytesMax: 2 ** 26, deadlineMs };
  const partitions = (await reader.offsets(retryTopic, deadlineMs)) ?? [];
  const lists = partitions.map(({ partition, lowOffset }) =>
    reader.read(retryTopic, partition, lowOffset, window),
  );
  const records = (await Promise.all(lists)).flat().slice(0, RECORDS);
  return records.map(({ key, value, headers, partition }) => ({
    partition,
    key: key && Buffer.from(key),
    value: value && Buffer.from(value),
    headers: Object.fromEntries(headers.map((one) => [one.key, Buffer.from(one.value ?? [])])),
  }));
}

const settings = {
  policy: config.policy,
  intakeTopic: config.topics.intake,
  identity: { functionName: 'bench', functionVersion: '1', requestId: 'bench' },
};
const publisher = createRecordPublisher({ connection, clock: systemClock });

/** The failed records, and what was decided about them. */
function failedRecords(): readonly HandOff[] {
  const batches = decodeMskEvent(JSON.parse(text));
  return batches.flatMap(({ records }) =>
    records.map((record) => {
      const delivery = readDelivery(record, config.topics.order);
      const failure = classify(new Error('fails'));
      const decision = decideRetry(failure, delivery.state.attempt, config.policy);
      return { delivery, failure, decision, failedAtMs: Date.now() };
    }),
  );
}

async function handOver(): Promise<number> {
  const failed = failedRecords();
  const startedAtMs = performance.now();
  const requests = failed.map((handOff) => toRequest(handOff, settings));
  const outcomes = await publisher.publish(requests, { deadlineMs: Date.now() + 60_000 });
  const tookMs = performance.now() - startedAtMs;
  if (outcomes.some(({ kind }) => kind !== 'acknowledged')) throw new Error('not acknowledged');
  return tookMs;
}

async function invocation(): Promise<number> {
  const event: unknown = JSON.parse(text);
  const startedAtMs = performance.now();
  const { batchItemFailures } = await handler(event, lambdaContext(60_000));
  const tookMs = performance.now() - startedAtMs;
  if (batchItemFailures.length > 0) throw new Error('a record was not handed over');
  return tookMs;
}

await invocation();
const messages = await writtenRecords();
const client = new kafkajs.Kafka({ brokers: [...config.brokers], logLevel: 0 });
const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
await producer.connect();

async function theirs(): Promise<number> {
  const startedAtMs = performance.now();
  await producer.send({ topic: retryTopic, acks: -1, messages });
  return performance.now() - startedAtMs;
}

const times = { ours: [] as number[], invocation: [] as number[], kafkajs: [] as number[] };
for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
  const whole = await invocation();
  const first = round % 2 === 0 ? await handOver() : undefined;
  const their = await theirs();
  const our = first ?? (await handOver());
  if (round < WARM_UP_ROUNDS) continue;
  times.ours.push(our);
  times.invocation.push(whole);
  times.kafkajs.push(their);
}
await producer.disconnect();
sendResult(times satisfies HandOver);
