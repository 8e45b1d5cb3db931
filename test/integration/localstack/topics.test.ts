import { randomUUID } from 'node:crypto';
import { expect, inject, it } from 'vitest';
import { topicTable } from '../../../infra/topics.ts';
import { parseConfig } from '../../../lib/config.ts';
import { createTopics, withAdmin } from '../../../localstack/kafka-admin.ts';
import { ensureTopics } from '../../../localstack/topics.ts';

const brokers = inject('kafkaBrokers');

/** Topics of one test alone. */
function configOf(env: Record<string, string> = {}, name: string = randomUUID()) {
  return {
    name,
    config: parseConfig({ KAFKA_ORDER_TOPIC: name, KAFKA_DLQ_TOPIC: `${name}-dlq`, ...env }),
  };
}

it('creates the topics as the table says, and nothing the second time', async () => {
  const { config } = configOf();
  const table = topicTable(config);

  const first = await ensureTopics(brokers, config);
  const second = await ensureTopics(brokers, config);

  expect(first).toEqual({ created: table.map(({ topic }) => topic), warnings: [] });
  expect(second).toEqual({ created: [], warnings: [] });
  expect(await found(table.map(({ topic }) => topic))).toEqual(table);
});

it('leaves a topic that is there as it is, and says how it differs', async () => {
  const { name, config } = configOf();
  await withAdmin(brokers, (admin) => createTopics(admin, [{ topic: name, numPartitions: 7 }]));

  const { created, warnings } = await ensureTopics(brokers, config);

  expect(created).not.toContain(name);
  expect(warnings).toEqual([expect.stringContaining(`${name} has 7 partitions`)]);
});

it('refuses to start over a retry topic that nothing names, empty or not, until it is named', async () => {
  const { name, config } = configOf();
  await ensureTopics(brokers, config);
  const lowered = configOf({ DLQ_MAX_RETRIES: '1' }, name).config;

  await expect(ensureTopics(brokers, lowered)).rejects.toMatchObject({
    message: expect.stringContaining(`${name}-retry-2s, ${name}-retry-4s`),
    remedy: expect.stringContaining('DLQ_DRAIN_DELAYS_MS=2000,4000'),
  });

  const named = configOf({ DLQ_MAX_RETRIES: '1', DLQ_DRAIN_DELAYS_MS: '2000,4000' }, name).config;
  expect(await ensureTopics(brokers, named)).toEqual({ created: [], warnings: [] });
});

/** What the broker has, in the table's own form. */
async function found(topics: string[]) {
  return withAdmin(brokers, async (admin) => {
    const metadata = await admin.fetchTopicMetadata({ topics });
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: topics.map((name) => ({ type: 2, name })),
    });
    return topics.map((topic) => ({
      topic,
      partitions: metadata.topics.find(({ name }) => name === topic)?.partitions.length,
      configs: Object.fromEntries(
        resources
          .find(({ resourceName }) => resourceName === topic)
          ?.configEntries.filter(({ configSource }) => Number(configSource) === 1)
          .map(({ configName, configValue }) => [configName, configValue]) ?? [],
      ),
    }));
  });
}
