import type { Break } from './break.ts';

const MAPPINGS = 'test/unit/infra/mappings.test.ts';
const TOPICS = 'test/unit/infra/topics.test.ts';
const VARIABLES = 'test/unit/infra/serverless-variables.test.ts';
const TEMPLATE = 'test/unit/plugins/event-source-mapping/template.test.ts';

/** What is deployed: mappings, topics, tables. */
export const MAPPINGS_AND_TOPICS: readonly Break[] = [
  {
    name: 'window-left-to-aws',
    guarantee: 'a mapping without a window has none on AWS either, which would take 500 ms',
    file: 'plugins/event-source-mapping/template.ts',
    find: 'MaximumBatchingWindowInSeconds: event.maximumBatchingWindow,',
    replace: 'MaximumBatchingWindowInSeconds: event.maximumBatchingWindow || undefined,',
    test: {
      file: TEMPLATE,
      name: 'patchMapping > adds what osls leaves out, a window of 0 too, and changes nothing else',
    },
  },
  {
    name: 'answer-type-not-declared',
    guarantee: 'AWS reads partial responses only where the mapping says so',
    file: 'plugins/event-source-mapping/template.ts',
    find: 'functionResponseType === undefined ? undefined : [functionResponseType]',
    replace: 'undefined',
    test: {
      file: TEMPLATE,
      name: 'patchMapping > adds what osls leaves out, a window of 0 too, and changes nothing else',
    },
  },
  {
    name: 'response-type-is-no-list',
    guarantee: 'FunctionResponseTypes is a list',
    file: 'plugins/event-source-mapping/template.ts',
    find: 'undefined : [functionResponseType],',
    replace: 'undefined : functionResponseType,',
    test: {
      file: TEMPLATE,
      name: 'patchMapping > adds what osls leaves out, a window of 0 too, and changes nothing else',
    },
  },
  {
    name: 'attempts-not-declared',
    guarantee: 'the attempts of a mapping are in the template, −1 too',
    file: 'plugins/event-source-mapping/template.ts',
    find: 'MaximumRetryAttempts: event.maximumRetryAttempts,',
    replace:
      'MaximumRetryAttempts: event.maximumRetryAttempts === -1 ? undefined : event.maximumRetryAttempts,',
    test: {
      file: TEMPLATE,
      name: 'patchMapping > takes −1 as it is, and adds nothing that is not declared',
    },
  },
  {
    name: 'bisect-not-declared',
    guarantee: 'a failing batch is narrowed to its poison record',
    file: 'plugins/event-source-mapping/template.ts',
    find: 'BisectBatchOnFunctionError: event.bisectBatchOnFunctionError,',
    replace: '',
    test: {
      file: TEMPLATE,
      name: 'patchMapping > adds what osls leaves out, a window of 0 too, and changes nothing else',
    },
  },
  {
    name: 'record-age-not-declared',
    guarantee: 'the age of a record that a mapping declares is in the template',
    file: 'plugins/event-source-mapping/template.ts',
    find: 'MaximumRecordAgeInSeconds: event.maximumRecordAgeInSeconds,',
    replace: '',
    test: {
      file: TEMPLATE,
      name: 'patchMapping > adds what osls leaves out, a window of 0 too, and changes nothing else',
    },
  },
  {
    name: 'destination-not-declared',
    guarantee: 'what a mapping gives up goes to its destination',
    file: 'plugins/event-source-mapping/template.ts',
    find: '{ OnFailure: { Destination: destinations.onFailure } }',
    replace: 'undefined',
    test: {
      file: TEMPLATE,
      name: 'patchMapping > adds what osls leaves out, a window of 0 too, and changes nothing else',
    },
  },
  {
    name: 'mapping-of-a-longer-name',
    guarantee: 'a mapping is patched for its own function',
    file: 'plugins/event-source-mapping/template.ts',
    find: 'includes(`"${functionLogicalId}"`)',
    replace: 'includes(functionLogicalId)',
    test: {
      file: TEMPLATE,
      name: 'patchMapping > does not take the mapping of another function for it',
    },
  },
  {
    name: 'ten-attempts',
    guarantee: 'a poison record is tried 10,000 times before AWS gives it up',
    file: 'infra/mappings.ts',
    find: 'const RETRY_ATTEMPTS = 10_000;',
    replace: 'const RETRY_ATTEMPTS = 10;',
    test: {
      file: MAPPINGS,
      name: 'mappingTable > has no limit on the intake, and 10,000 attempts with bisect and the intake as destination elsewhere',
    },
  },
  {
    name: 'intake-gives-up',
    guarantee: 'the intake’s mapping never gives up',
    file: 'infra/mappings.ts',
    find: 'const NO_LIMIT = -1 as const;',
    replace: 'const NO_LIMIT = 10_000 as const;',
    test: {
      file: MAPPINGS,
      name: 'mappingTable > has no limit on the intake, and 10,000 attempts with bisect and the intake as destination elsewhere',
    },
  },
  {
    name: 'destination-is-the-dlq',
    guarantee: 'what AWS gives up goes to the intake, which makes a dead letter of it',
    file: 'infra/mappings.ts',
    find: 'kafka://${intake}',
    replace: 'kafka://${order}',
    test: {
      file: MAPPINGS,
      name: 'mappingTable > has no limit on the intake, and 10,000 attempts with bisect and the intake as destination elsewhere',
    },
  },
  {
    name: 'intake-feeds-itself',
    guarantee: 'the intake has no destination',
    file: 'infra/mappings.ts',
    find: '...common(intake, 0), maximumRetryAttempts: NO_LIMIT',
    replace:
      '...common(intake, 0), maximumRetryAttempts: NO_LIMIT, destinations: { onFailure: `kafka://${order}` }',
    test: {
      file: MAPPINGS,
      name: 'mappingTable > has no limit on the intake, and 10,000 attempts with bisect and the intake as destination elsewhere',
    },
  },
  {
    name: 'only-what-comes-later',
    guarantee: 'a mapping reads from the first record on',
    file: 'infra/mappings.ts',
    find: "startingPosition: 'TRIM_HORIZON' as const,",
    replace: "startingPosition: 'LATEST' as never,",
    test: {
      file: MAPPINGS,
      name: 'mappingTable > reads from the first record on, in batches of the configured size',
    },
  },
  {
    name: 'batch-size-of-aws',
    guarantee: 'BATCH_SIZE_MAX is the batch size of every mapping',
    file: 'infra/mappings.ts',
    find: 'batchSize: config.batchSizeMax,',
    replace: 'batchSize: 100,',
    test: {
      file: MAPPINGS,
      name: 'mappingTable > reads from the first record on, in batches of the configured size',
    },
  },
  {
    name: 'some-of-a-tier',
    guarantee: 'a batch takes all that waits in its tier, so that no partition is held for another',
    file: 'infra/mappings.ts',
    find: 'const TIER_BATCH_FACTOR = 100;',
    replace: 'const TIER_BATCH_FACTOR = 1;',
    test: {
      file: MAPPINGS,
      name: 'mappingTable > takes all that waits in a tier, where one record does not bring it all again: {}',
    },
  },
  {
    name: 'one-group-for-all',
    guarantee: 'each topic is read in a group of its own',
    file: 'infra/mappings.ts',
    find: 'consumerGroupId: groupOf(topic, config),',
    replace: 'consumerGroupId: groupOf(order, config),',
    test: {
      file: MAPPINGS,
      name: 'mappingTable > reads every topic but the DLQ itself, each once, each in its own group',
    },
  },
  {
    name: 'limit-after-compression',
    guarantee: 'the order topic takes no record over 1 MiB, compressed or not',
    file: 'infra/topics.ts',
    find: "'compression.type': 'uncompressed',",
    replace: '',
    test: {
      file: TOPICS,
      name: 'takes orders up to 1 MiB before compression, and copies of them up to 8 MiB',
    },
  },
  {
    name: 'copies-no-larger-than-orders',
    guarantee: 'the largest order can be handed on and dead-lettered',
    file: 'infra/topics.ts',
    find: 'COPY_BYTES_MAX = 8 * 1024 * 1024',
    replace: 'COPY_BYTES_MAX = 1024 * 1024',
    test: {
      file: TOPICS,
      name: 'takes orders up to 1 MiB before compression, and copies of them up to 8 MiB',
    },
  },
  {
    name: 'dead-letters-expire',
    guarantee: 'a dead letter stays until a tombstone takes it off',
    file: 'infra/topics.ts',
    find: "'cleanup.policy': 'compact',",
    replace: "'cleanup.policy': 'compact,delete',",
    test: { file: TOPICS, name: 'compacts the DLQ topic alone, and keeps the others for 30 days' },
  },
  {
    name: 'tombstone-of-a-day',
    guarantee: 'a tombstone can be read for 30 days',
    file: 'infra/topics.ts',
    find: "'delete.retention.ms': String(RETENTION_MS),",
    replace: '',
    test: { file: TOPICS, name: 'compacts the DLQ topic alone, and keeps the others for 30 days' },
  },
  {
    name: 'records-of-a-week',
    guarantee: 'what waits is kept for 30 days',
    file: 'infra/topics.ts',
    find: "'retention.ms': String(RETENTION_MS) };",
    replace: "'retention.ms': String(RETENTION_MS / 4) };",
    test: { file: TOPICS, name: 'compacts the DLQ topic alone, and keeps the others for 30 days' },
  },
  {
    name: 'tables-go-with-the-stack',
    guarantee: 'orders and dead letters outlive the stack',
    file: 'infra/table-resources.ts',
    find: "        UpdateReplacePolicy: 'Retain',\n",
    replace: '',
    test: {
      file: VARIABLES,
      name: 'serviceVariables > has the tables as CreateTable has them, kept and recoverable',
    },
  },
];
