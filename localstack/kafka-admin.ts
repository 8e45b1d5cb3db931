import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, type ITopicConfig, Kafka, logLevel } from 'kafkajs';
// Without it, an idle connection polls its queue every millisecond, and Node warns of it.
import '../lib/effect/kafka/mend-kafkajs.ts';

const REQUEST_TIMEOUT_MS = 10_000;
const CREATE_TIMEOUT_MS = 30_000;
const ASK_EVERY_MS = 50;

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

/**
 * Creates topics, and resolves when the brokers serve them. kafkajs's own wait fails where a broker does not know a topic
 * yet that its controller has just made.
 * @throws what the broker says, where it refuses one or does not serve them within 30 s
 */
export async function createTopics(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  await admin.createTopics({ topics, waitForLeaders: false, timeout: CREATE_TIMEOUT_MS });
  const untilMs = Date.now() + CREATE_TIMEOUT_MS;
  for (;;) {
    try {
      await admin.fetchTopicMetadata({ topics: topics.map(({ topic }) => topic) });
      return;
    } catch (error) {
      if (Date.now() > untilMs) throw error;
      await sleep(ASK_EVERY_MS);
    }
  }
}
