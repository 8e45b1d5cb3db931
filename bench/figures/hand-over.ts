import { randomUUID } from 'node:crypto';
import { parseConfig } from '../../lib/config.ts';
import { ensureTopics } from '../../localstack/topics.ts';
import { runChild } from '../child.ts';
import type { Benchmark } from '../figure.ts';
import type { HandOver } from '../processes/hand-over.ts';
import { spreadOf } from '../spread.ts';

export const handOver: Benchmark = {
  name: 'hand-over',
  method:
    'One process beside a real broker. In turn, 60 times after 20 that do not count: 1,000 orders that have failed and been decided about are handed to the retry topic as a batch does it (retry state, due time and partition of each, record batches for 4 partitions, acks=all, an outcome for each record); and a plain kafkajs producer writes the very same 1,000 records in one `send` with acks=all. The two change places every other time, and the ratio is that of each pair. Beside it the whole invocation of process-orders over such a batch: decoding, 1,000 attempts with an error and a log line each, and that hand-over.',
  async run({ stack }) {
    const { kafkaBrokers } = await stack();
    const name = `bench-${randomUUID().slice(0, 8)}`;
    const env = {
      KAFKA_BROKERS: kafkaBrokers,
      KAFKA_ORDER_TOPIC: `${name}-orders`,
      KAFKA_DLQ_TOPIC: `${name}-dlq`,
      KAFKA_CONSUMER_GROUP: `${name}-group`,
    };
    await ensureTopics(kafkaBrokers, parseConfig(env));
    const { ours, invocation, kafkajs } = await runChild<HandOver>('hand-over.ts', { env });
    const ratios = ours.map((tookMs, index) => tookMs / (kafkajs[index] ?? Number.NaN));
    return [
      {
        figure: '1,000 failing records to their retry topic ÷ kafkajs alone',
        unit: '×',
        spread: spreadOf(ratios),
        atMost: 2,
      },
      { figure: '– the hand-over', unit: 'ms', spread: spreadOf(ours) },
      { figure: '– kafkajs, the same records in one call', unit: 'ms', spread: spreadOf(kafkajs) },
      { figure: '– the whole invocation', unit: 'ms', spread: spreadOf(invocation) },
    ];
  },
};
