import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BATCH_NODE_OPTIONS } from '../../infra/serverless-variables.ts';
import { parseConfig } from '../../lib/config.ts';
import { ensureTopics } from '../../localstack/topics.ts';
import { LOCAL_AWS } from '../../localstack/dynamodb-tables.ts';
import { testDir, type TestStack } from '../../test/support/test-stack.ts';
import { runChild } from '../child.ts';
import type { Benchmark, Line } from '../figure.ts';
import { orderBatch } from '../processes/order-batch.ts';
import { spreadOf } from '../spread.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: largest payload of an invocation. */
const EVENT_BYTES = 6 * 1024 * 1024;
/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html: largest batch. */
const RECORDS_MAX = 10_000;
const RUNS = 5;
const MB = 1_000_000;
/** What the functions' own memory of 1024 MB leaves to the heap in the local runtime. */
const HEAP_MB = 921;

const SHAPES = [
  { what: '10,000 records', paddingBytes: 0 },
  { what: 'records of 700 KB', paddingBytes: 700_000 },
] as const;

export const memory: Benchmark = {
  name: 'memory',
  method:
    'The packaged process-orders in a fresh process of its own with the Node options of a deployment (for a function of 1024 MB), beside a real broker: one event of 6 MB (the most that Lambda hands over), whose every record fails and is handed to the retry topic, which takes more than processing it. Peak resident memory of the whole process, Node included, as the kernel counts it (maxRSS); 5 processes for each size of record.',
  async run(bench) {
    const lines: Line[] = [];
    const stack = await bench.stack();
    for (const shape of SHAPES) lines.push(await peakOf(shape, stack));
    return lines;
  },
};

async function peakOf(
  { what, paddingBytes }: (typeof SHAPES)[number],
  stack: TestStack,
): Promise<Line> {
  const { kafkaBrokers, bundleDir, dynamodbEndpoint } = stack;
  const name = `bench-${randomUUID().slice(0, 8)}`;
  const env = {
    ...LOCAL_AWS,
    KAFKA_BROKERS: kafkaBrokers,
    SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9',
    KAFKA_ORDER_TOPIC: `${name}-orders`,
    KAFKA_DLQ_TOPIC: `${name}-dlq`,
    KAFKA_CONSUMER_GROUP: `${name}-group`,
    PARTIAL_BATCH_RESPONSES: 'on',
    BATCH_SIZE_MAX: '10000',
    ORDER_FAILURE_SIMULATION: 'on',
    AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
  };
  const config = parseConfig(env);
  await ensureTopics(kafkaBrokers, config);
  const eventFile = join(testDir(), `${name}.json`);
  writeFileSync(eventFile, largestBatch(config.topics.order, paddingBytes));
  const peaks: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const { unsettled, peakBytes } = await runChild<{ unsettled: number; peakBytes: number }>(
      'batch-memory.cjs',
      {
        args: [join(bundleDir, 'process-orders.cjs'), eventFile],
        env,
        execArgv: [`--max-old-space-size=${HEAP_MB}`, BATCH_NODE_OPTIONS],
      },
    );
    if (unsettled > 0) throw new Error(`${unsettled} records were not handed over`);
    peaks.push(peakBytes / MB);
  }
  return {
    figure: `Peak memory with a 6 MB batch, ${what}`,
    unit: 'MB',
    spread: spreadOf(peaks),
    atMost: 256,
  };
}

/** Failing orders whose event is as large as an invocation's may be, by their size or, where they are small, by filling. */
function largestBatch(topic: string, paddingBytes: number): string {
  const batchOf = (count: number, bytes: number) =>
    orderBatch({ count, topic, paddingBytes: bytes, idPrefix: 'ORDER-TEST-FAIL-' });
  const oneBytes = batchOf(5, paddingBytes).length - batchOf(4, paddingBytes).length;
  const count = Math.min(RECORDS_MAX, Math.floor((EVENT_BYTES - 1_000) / oneBytes));
  const missing = EVENT_BYTES - 1_000 - batchOf(count, paddingBytes).length;
  // Base64 makes four bytes of three.
  return batchOf(count, paddingBytes + Math.floor(((missing / count) * 3) / 4));
}
