import { describe, expect, it } from 'vitest';
import { groupOf, parseConfig } from '../../lib/config.ts';

const faultsOf = (env: Record<string, string>): string[] => {
  try {
    parseConfig(env);
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    return (error as Error).message.split('\n').slice(1);
  }
};

describe('parseConfig', () => {
  it('without any variable gives the contract’s defaults', () => {
    const config = parseConfig({});
    expect(config.topics).toEqual({
      order: 'order-events',
      redrive: 'order-events-redrive',
      intake: 'order-events-dlq-intake',
      dlq: 'order-events-dlq',
      jobs: 'order-events-dlq-jobs',
    });
    expect(config.policy).toMatchObject({
      retriesMax: 3,
      initialBackoffMs: 1000,
      maxBackoffMs: 30_000,
      jitter: 0.2,
    });
    expect(config.consumerGroup).toBe('order-service-group');
    expect(config.partialResponses).toBe(false);
    expect(config.failureSimulation).toBe(false);
    expect(config.redrivesMax).toBe(3);
    expect(config.resolvedRetentionDays).toBe(45);
  });

  it.each([
    'arn:aws:kafka:us-east-1:123456789012:cluster/orders/1234abcd-12ab-34cd-56ef-1234567890ab-2',
    'arn:aws-cn:kafka:cn-north-1:123456789012:cluster/My-Orders/1234abcd-12ab-34cd-56ef-1234567890ab-s1',
    'arn:aws-us-gov:kafka:us-gov-west-1:123456789012:cluster/o/1234abcd-12ab-34cd-56ef-1234567890ab-2',
  ])('takes the ARN of a cluster: %s', (arn) => {
    expect(parseConfig({ MSK_CLUSTER_ARN: arn }).clusterArn).toBe(arn);
  });

  it.each(['none', 'tls', 'iam', ''] as const)('takes KAFKA_AUTH "%s"', (auth) => {
    expect(parseConfig({ KAFKA_AUTH: auth }).auth).toBe(auth);
  });

  it('takes empty text as not set', () => {
    expect(parseConfig({ DLQ_MAX_RETRIES: '' }).policy.retriesMax).toBe(3);
  });

  it.each([
    [{ DLQ_MAX_RETRIES: 'three' }, 'DLQ_MAX_RETRIES'],
    [{ DLQ_MAX_RETRIES: '-1' }, 'DLQ_MAX_RETRIES'],
    [{ DLQ_MAX_RETRIES: '1.5' }, 'DLQ_MAX_RETRIES'],
    [{ DLQ_MAX_RETRIES: '0x3' }, 'DLQ_MAX_RETRIES'],
    [{ DLQ_RETRY_BACKOFF_MS: '0' }, 'DLQ_RETRY_BACKOFF_MS'],
    [{ DLQ_RETRY_BACKOFF_MS: '1e3' }, 'DLQ_RETRY_BACKOFF_MS'],
    [{ DLQ_RETRY_JITTER: '-0.1' }, 'DLQ_RETRY_JITTER'],
    [{ DLQ_RETRY_JITTER: 'NaN' }, 'DLQ_RETRY_JITTER'],
    [{ DLQ_DRAIN_DELAYS_MS: '1000,x' }, 'DLQ_DRAIN_DELAYS_MS'],
    // A copy may wait in a topic for longer than that: nobody would know that its dead letter has ended.
    [{ DLQ_RESOLVED_RETENTION_DAYS: '37' }, 'DLQ_RESOLVED_RETENTION_DAYS'],
    [{ DLQ_MAX_REDRIVES: '0' }, 'DLQ_MAX_REDRIVES'],
    [{ KAFKA_BROKERS: 'localhost' }, 'KAFKA_BROKERS'],
    [{ MSK_CLUSTER_ARN: 'orders' }, 'MSK_CLUSTER_ARN'],
    [
      { MSK_CLUSTER_ARN: 'arn:aws:kafka:eu-west-1:123456789012:topic/orders/0f-1/t' },
      'MSK_CLUSTER_ARN',
    ],
    [{ KAFKA_AUTH: 'scram' }, 'KAFKA_AUTH'],
    [{ KAFKA_AUTH: 'IAM' }, 'KAFKA_AUTH'],
    [{ KAFKA_ORDER_TOPIC: 'a b' }, 'KAFKA_ORDER_TOPIC'],
    [{ ORDER_FAILURE_SIMULATION: 'yes' }, 'ORDER_FAILURE_SIMULATION'],
    [{ KAFKA_DLQ_TOPIC: 'order-events' }, 'KAFKA_DLQ_TOPIC'],
    [{ KAFKA_DLQ_TOPIC: 'order-events-redrive' }, 'KAFKA_DLQ_TOPIC'],
    [{ KAFKA_DLQ_TOPIC: 'order-events-retry-2s' }, 'KAFKA_DLQ_TOPIC'],
    [{ KAFKA_DLQ_TOPIC: 'x', KAFKA_ORDER_TOPIC: 'x-intake' }, 'KAFKA_DLQ_TOPIC'],
  ])('%j is refused by name', (env, name) => {
    const faults = faultsOf(env as Record<string, string>);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`- ${name}`);
  });

  it('lists every fault at once', () => {
    const faults = faultsOf({ DLQ_MAX_RETRIES: 'x', DLQ_RETRY_JITTER: '7', DLQ_MAX_RETRYS: '3' });
    expect(faults).toHaveLength(3);
  });

  it('refuses an unknown variable under our prefix, with a suggestion', () => {
    expect(faultsOf({ DLQ_MAX_RETRYS: '5' })[0]).toContain('did you mean DLQ_MAX_RETRIES?');
  });

  it('refuses a maximum below the initial wait', () => {
    const faults = faultsOf({ DLQ_RETRY_BACKOFF_MS: '5000', DLQ_MAX_BACKOFF_MS: '4000' });
    expect(faults[0]).toContain('below DLQ_RETRY_BACKOFF_MS');
  });

  it('refuses a wait that no function behind MSK can serve, and takes the longest that one can', () => {
    const env = {
      DLQ_RETRY_BACKOFF_MS: '690000',
      DLQ_MAX_BACKOFF_MS: '700000',
      DLQ_MAX_RETRIES: '1',
    };
    expect(faultsOf(env)).toEqual([]);
    expect(faultsOf({ ...env, DLQ_RETRY_BACKOFF_MS: '695000' })[0]).toContain('cannot be served');
    expect(faultsOf({ DLQ_DRAIN_DELAYS_MS: '695000' })[0]).toContain('cannot be served');
  });

  it('refuses a time limit that leaves no time to start a record, retries or not', () => {
    const env = { DLQ_MAX_RETRIES: '0', FUNCTION_TIMEOUT_MS: '10000', BATCH_SIZE_MAX: '1' };
    expect(faultsOf({ ...env, PROCESSING_TIMEOUT_MS: '4999' })).toEqual([]);
    expect(faultsOf({ ...env, PROCESSING_TIMEOUT_MS: '5000' })[0]).toContain('ever be started');
  });

  it('refuses one table for orders and dead letters', () => {
    const fault =
      'ORDERS_TABLE and DEAD_LETTERS_TABLE are both dead-letters: their keys differ, so name two tables';
    expect(faultsOf({ ORDERS_TABLE: 'dead-letters' })).toEqual([`- ${fault}`]);
  });

  it('refuses a batch that could not end where the whole batch has to', () => {
    const env = { PROCESSING_TIMEOUT_MS: '60000' };
    expect(faultsOf(env)[0]).toContain('PARTIAL_BATCH_RESPONSES is off');
    expect(faultsOf({ ...env, PARTIAL_BATCH_RESPONSES: 'on' })).toEqual([]);
    expect(faultsOf({ ...env, BATCH_SIZE_MAX: '10' })).toEqual([]);
    expect(() => parseConfig(env, { handlesBatches: false })).not.toThrow();
  });
});

it('every mapping has a consumer group of its own', () => {
  const config = parseConfig({});
  const groups = [
    'order-events',
    'order-events-retry-1s',
    'order-events-redrive',
    'order-events-dlq-intake',
  ];
  expect(groups.map((topic) => groupOf(topic, config))).toEqual([
    'order-service-group',
    'order-service-group-retry-1s',
    'order-service-group-redrive',
    'order-service-group-dlq-intake',
  ]);
});
