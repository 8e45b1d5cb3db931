import { type Admin, Kafka, logLevel } from 'kafkajs';
// Without it, an idle connection polls its queue every millisecond, and Node warns of it.
import '../lib/effect/kafka/mend-kafkajs.ts';

const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Runs a task with an admin client, and closes the client.
 * @param brokers `host:port`, comma-separated
 * @throws what the client throws, at its first failure: whoever calls knows whether to ask again
 */
export async function withAdmin<T>(
  brokers: string,
  task: (admin: Admin) => Promise<T>,
): Promise<T> {
  const kafka = new Kafka({
    clientId: 'order-service-local',
    brokers: brokers.split(',').map((broker) => broker.trim()),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await task(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
