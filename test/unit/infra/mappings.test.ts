import { describe, expect, it } from 'vitest';
import { mappingTable } from '../../../infra/mappings.ts';
import { topicTable } from '../../../infra/topics.ts';
import { groupOf, parseConfig } from '../../../lib/config.ts';
import { deploymentOf } from '../../support/deployment.ts';

const tableOf = (env: Record<string, string> = {}) => {
  const config = parseConfig(env);
  const table = mappingTable(config, deploymentOf(env));
  return { config, table, all: Object.values(table).flat() };
};

describe('mappingTable', () => {
  it('reads every topic but the DLQ itself, each once, each in its own group', () => {
    const { config, all } = tableOf({ DLQ_DRAIN_DELAYS_MS: '1500' });
    const topics = topicTable(config).map(({ topic }) => topic);
    const read = topics.filter((topic) => topic !== config.topics.dlq);
    expect(all.map(({ topic }) => topic).toSorted()).toEqual(read.toSorted());
    expect(new Set(all.map(({ consumerGroupId }) => consumerGroupId)).size).toBe(all.length);
    for (const { topic, consumerGroupId } of all)
      expect(consumerGroupId).toBe(groupOf(topic, config));
  });

  it('reads from the first record on, in batches of the configured size', () => {
    for (const batchSizeMax of [25, 100]) {
      const { config, all } = tableOf({ BATCH_SIZE_MAX: String(batchSizeMax) });
      const tiers = config.policy.tiers.map(({ topic }) => topic);
      for (const { topic, batchSize, startingPosition } of all) {
        expect(startingPosition).toBe('TRIM_HORIZON');
        if (!tiers.includes(topic)) expect([topic, batchSize]).toEqual([topic, batchSizeMax]);
      }
    }
  });

  it.each([
    [{}, 10_000],
    [{ BATCH_SIZE_MAX: '25' }, 2_500],
    [{ BATCH_SIZE_MAX: '150' }, 10_000],
    [{ BATCH_SIZE_MAX: '25', MAPPING_PARTIAL_RESPONSES: 'off' }, 25],
  ])(
    'takes all that waits in a tier, where one record does not bring it all again: %o',
    (env, size) => {
      const { config, table } = tableOf(env);
      const { tiers } = config.policy;
      const sizes = table['retry-orders'].slice(0, tiers.length).map(({ batchSize }) => batchSize);
      expect(sizes).toEqual(tiers.map(() => size));
    },
  );

  it('waits for no window before orders and intake', () => {
    const { table } = tableOf({ DLQ_DRAIN_DELAYS_MS: '60000' });
    for (const name of ['process-orders', 'publish-dead-letter'] as const) {
      expect(table[name].map(({ maximumBatchingWindow }) => maximumBatchingWindow)).toEqual([0]);
    }
  });

  it('gives the tiers, those being drained too, and the redrive topic to retry-orders', () => {
    const { table } = tableOf({ DLQ_DRAIN_DELAYS_MS: '60000' });
    expect(
      table['retry-orders'].map(({ topic, maximumBatchingWindow }) => [
        topic,
        maximumBatchingWindow,
      ]),
    ).toEqual([
      ['order-events-retry-1s', 0],
      ['order-events-retry-2s', 0],
      ['order-events-retry-4s', 0],
      ['order-events-retry-60s', 6],
      ['order-events-redrive', 0],
    ]);
  });

  it('has no limit on the intake, and 10,000 attempts with bisect and the intake as destination elsewhere', () => {
    const { table } = tableOf();
    const [intake] = table['publish-dead-letter'];
    expect(intake).toMatchObject({ topic: 'order-events-dlq-intake', maximumRetryAttempts: -1 });
    expect(intake).not.toHaveProperty('destinations');
    expect(intake).not.toHaveProperty('bisectBatchOnFunctionError');
    for (const mapping of [...table['process-orders'], ...table['retry-orders']]) {
      expect(mapping).toMatchObject({
        maximumRetryAttempts: 10_000,
        bisectBatchOnFunctionError: true,
        destinations: { onFailure: 'kafka://order-events-dlq-intake' },
      });
    }
  });

  it.each([
    ['on', 'ReportBatchItemFailures'],
    ['off', undefined],
  ])('MAPPING_PARTIAL_RESPONSES=%s declares %s on every mapping', (value, declared) => {
    const { all } = tableOf({ MAPPING_PARTIAL_RESPONSES: value });
    for (const mapping of all) expect(mapping.functionResponseType).toBe(declared);
  });
});
