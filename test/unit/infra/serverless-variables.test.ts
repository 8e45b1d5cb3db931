import { describe, expect, it } from 'vitest';
import { serviceVariables } from '../../../infra/serverless-variables.ts';
import { tableInputs } from '../../../infra/tables.ts';
import { parseConfig } from '../../../lib/config.ts';
import { readPage } from '../../support/markdown.ts';

describe('serviceVariables', () => {
  /** What the mappings take, and what the functions behind them are told. */
  const partialOf = (env: Record<string, string>) => {
    const { environment, batchEnvironment, events } = serviceVariables(env);
    const declared = Object.values(events)
      .flat()
      .map(({ msk }) => msk.functionResponseType ?? 'none');
    expect(environment).not.toHaveProperty('PARTIAL_BATCH_RESPONSES');
    return [...new Set(declared), batchEnvironment.PARTIAL_BATCH_RESPONSES ?? 'not set'];
  };

  it.each([
    [{}, 'ReportBatchItemFailures', 'on'],
    [{ PARTIAL_BATCH_RESPONSES: 'off' }, 'ReportBatchItemFailures', 'off'],
    [{ PARTIAL_BATCH_RESPONSES: 'off', MAPPING_PARTIAL_RESPONSES: 'off' }, 'none', 'not set'],
    [{ MAPPING_PARTIAL_RESPONSES: 'off' }, 'none', 'not set'],
  ])('with %o the mappings take %s and the functions behind them get %s', (env, ...expected) => {
    expect(partialOf(env)).toEqual(expected);
  });

  it('refuses functions that report to mappings that do not listen, and says the order', () => {
    const env = { PARTIAL_BATCH_RESPONSES: 'on', MAPPING_PARTIAL_RESPONSES: 'off' };
    expect(() => serviceVariables(env)).toThrow(
      /lost\. Switching off takes two deployments: first PARTIAL_BATCH_RESPONSES=off, then MAPPING[^]*first MAPPING_PARTIAL_RESPONSES=on with PARTIAL_BATCH_RESPONSES=off, then PARTIAL/,
    );
  });

  it('refuses a batch that could not end where the functions do not report', () => {
    expect(() =>
      serviceVariables({ MAPPING_PARTIAL_RESPONSES: 'off', PROCESSING_TIMEOUT_MS: '60000' }),
    ).toThrow(/so a batch must be able to end/);
  });

  it('hands on what is set of the functions’ own variables, and nothing else', () => {
    const { environment } = serviceVariables({
      DLQ_MAX_RETRIES: '5',
      KAFKA_ORDER_TOPIC: '',
      HOME: '/root',
    });
    expect(environment).toEqual({
      GLUE_SCHEMA_REGISTRY: 'order-service-dev',
      DLQ_MAX_RETRIES: '5',
    });
  });

  it('lets the functions ask for the brokers of the cluster that the mappings read from', () => {
    const arn = 'arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0f0f-1';
    const { environment, events } = serviceVariables({ MSK_CLUSTER_ARN: arn });
    expect(environment['MSK_CLUSTER_ARN']).toBe(arn);
    const arns = Object.values(events).flatMap((list) => list.map(({ msk }) => msk.arn));
    expect(new Set(arns)).toEqual(new Set([arn]));
  });

  it('gives the batch functions the timeout that the configuration reckons with', () => {
    expect(serviceVariables({}).batchTimeoutSeconds).toBe(840);
    expect(serviceVariables({ FUNCTION_TIMEOUT_MS: '60000' }).batchTimeoutSeconds).toBe(60);
  });

  it('bounds what Node leaves lying about in every batch function', () => {
    const yml = readPage('serverless.yml');
    const bounded = yml.match(/batchTimeoutSeconds\}\n.*:batchEnvironment\}/g) ?? [];
    expect(bounded).toHaveLength(Object.keys(serviceVariables({}).events).length);
    expect(serviceVariables({}).batchEnvironment.NODE_OPTIONS).toBe('--max-semi-space-size=16');
  });

  it('stops at a bad configuration, with every fault of functions and deployment', () => {
    const env = {
      DLQ_MAX_RETRIES: '-1',
      DLQ_MAX_RETRYS: '2',
      MSK_CLUSTER_ARN: 'orders',
      VPC_SUBNET_IDS: 'mine',
      MAPPING_POLLERS_MAX: '0',
    };
    expect(() => serviceVariables(env)).toThrow(
      /^Configuration:\n- MSK_CLUSTER_ARN[^]*DLQ_MAX_RETRIES[^]*DLQ_MAX_RETRYS[^]*VPC_SUBNET_IDS[^]*MAPPING_POLLERS_MAX/,
    );
  });

  it('has the tables as CreateTable has them, kept and recoverable', () => {
    const { resources } = serviceVariables({ ORDERS_TABLE: 'mine' });
    const tables = Object.values(resources).filter(({ Type }) => Type === 'AWS::DynamoDB::Table');
    const inputs = tableInputs(parseConfig({ ORDERS_TABLE: 'mine' }));
    expect(tables.map(({ Properties }) => Properties)).toEqual(
      inputs.map((input) =>
        expect.objectContaining({
          ...input,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      ),
    );
    for (const table of tables) {
      expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });

  it('lets the tables forget what has ended, and nothing else', () => {
    const { resources } = serviceVariables({});
    const forget = { TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true } };
    expect(resources).toMatchObject({
      DeadLettersTable: { Properties: { TableName: 'dead-letters', ...forget } },
      DeadLetterJobsTable: { Properties: { TableName: 'dead-letter-jobs', ...forget } },
    });
    for (const name of ['OrdersTable', 'DeadLetterGroupsTable']) {
      expect(resources[name]?.Properties).not.toHaveProperty('TimeToLiveSpecification');
    }
  });

  it('makes a schema registry of its own, named after the stage, unless another is named', () => {
    const own = serviceVariables({}, { service: 'order-service', stage: 'live' });
    expect(own.environment['GLUE_SCHEMA_REGISTRY']).toBe('order-service-live');
    expect(own.resources['SchemaRegistry']).toMatchObject({
      Type: 'AWS::Glue::Registry',
      DeletionPolicy: 'Retain',
      Properties: { Name: 'order-service-live' },
    });
    for (const named of [
      { GLUE_SCHEMA_REGISTRY: 'theirs' },
      { SCHEMA_REGISTRY_URL: 'https://registry.example' },
    ]) {
      const { environment, resources } = serviceVariables(named);
      expect(environment).toEqual(named);
      expect(resources['SchemaRegistry']).toBeUndefined();
    }
  });
});
