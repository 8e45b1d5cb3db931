import type { Admin } from 'kafkajs';
import { forgottenRefusal } from '../infra/forgotten-topics.ts';
import { forgottenRetryTopics, topicTable, type TopicSpec } from '../infra/topics.ts';
import type { Config } from '../lib/config.ts';
import type { RetryPolicy } from '../lib/model/retry.ts';
import { createTopics, withAdmin } from './kafka-admin.ts';
import { LocalError } from './local-error.ts';

export interface TopicsReport {
  readonly created: readonly string[];
  /** Sentences about topics that are there and differ from what we would create; nothing is changed on them. */
  readonly warnings: readonly string[];
}

/**
 * Creates the topics of the configuration that are missing. Deletes and changes nothing.
 * @throws LocalError where a retry topic exists that nothing names, or a topic cannot be created
 */
export async function ensureTopics(
  brokers: string,
  config: Pick<Config, 'topics' | 'policy'>,
): Promise<TopicsReport> {
  try {
    return await withAdmin(brokers, (admin) => createMissing(admin, brokers, config));
  } catch (error) {
    if (error instanceof LocalError) throw error;
    throw new LocalError(
      `The topics could not be created on ${brokers}: ${(error as Error).message}`,
      'Check that the broker runs and lets this user create topics.',
      { cause: error },
    );
  }
}

async function createMissing(
  admin: Admin,
  brokers: string,
  config: Pick<Config, 'topics' | 'policy'>,
): Promise<TopicsReport> {
  const existing = await admin.listTopics();
  const forgotten = forgottenRetryTopics(existing, config);
  if (forgotten.length > 0) throw forgottenFailure(forgotten, config.policy, brokers);
  const table = topicTable(config);
  const missing = table.filter(({ topic }) => !existing.includes(topic));
  if (missing.length > 0) {
    await createTopics(
      admin,
      missing.map(({ topic, partitions, configs }) => ({
        topic,
        numPartitions: partitions,
        replicationFactor: -1, // The broker's own default: 1 on ours.
        configEntries: Object.entries(configs).map(([name, value]) => ({ name, value })),
      })),
    );
  }
  const present = table.filter(({ topic }) => existing.includes(topic));
  return {
    created: missing.map(({ topic }) => topic),
    warnings: await differences(admin, present),
  };
}

async function differences(admin: Admin, present: readonly TopicSpec[]): Promise<string[]> {
  if (present.length === 0) return [];
  const { topics } = await admin.fetchTopicMetadata({ topics: present.map(({ topic }) => topic) });
  const found = new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
  return present
    .filter(({ topic, partitions }) => found.get(topic) !== partitions)
    .map(
      ({ topic, partitions }) =>
        `Topic ${topic} has ${found.get(topic)} partitions (${partitions} where we create it): left as it is.`,
    );
}

/** What to say about retry topics that nobody would read. @param policy what is named now */
export function forgottenFailure(
  forgotten: readonly string[],
  policy: RetryPolicy,
  brokers: string,
): LocalError {
  const { message, remedy } = forgottenRefusal(forgotten, policy, { again: 'start', brokers });
  return new LocalError(message, remedy);
}
