import { brokersOf } from '../cli/brokers.ts';
import { tailRecords } from '../cli/tail-records.ts';
import { createKafkaConnection } from '../lib/effect/kafka/connection.ts';
import { createRecordReader } from '../lib/effect/kafka/reader.ts';
import { systemClock as clock } from '../lib/effect/system-clock.ts';
import type { Environment } from '../localstack/paths.ts';

const TOPIC = 'order-events-dlq';
const TIMEOUT_MS = 10_000;

/**
 * Keys whose last record in the DLQ topic is a tombstone: what Kafka's log cleaner will take away.
 * @throws AppError KAFKA_UNAVAILABLE
 */
export async function tombstones(env: Environment): Promise<ReadonlySet<string>> {
  const connection = createKafkaConnection({
    brokers: brokersOf(env),
    clientId: 'order-service-demo',
  });
  const reader = createRecordReader({ connection, clock });
  const erased = new Set<string>();
  try {
    const offsets = (await reader.offsets(TOPIC, clock.nowMs() + TIMEOUT_MS)) ?? [];
    const all = { topic: TOPIC, offsets, fromBeginning: true, wait: false, limit: Infinity };
    for await (const { key, value } of tailRecords(all, { reader, clock })) {
      const id = Buffer.from(key ?? []).toString('utf8');
      if (value === null) erased.add(id);
      else erased.delete(id);
    }
    return erased;
  } finally {
    connection.close();
  }
}
