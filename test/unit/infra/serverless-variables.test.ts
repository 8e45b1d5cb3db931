import { describe, expect, it } from 'vitest';
import { serviceVariables } from '../../../infra/serverless-variables.ts';
import { tableInputs } from '../../../infra/tables.ts';
import { parseConfig } from '../../../lib/config.ts';

describe('serviceVariables', () => {
  it('lets the functions know what the mappings were declared with', () => {
    for (const value of ['on', 'off']) {
      const { environment, events } = serviceVariables({ PARTIAL_BATCH_RESPONSES: value });
      const declared = Object.values(events)
        .flat()
        .map(({ msk }) => msk.functionResponseType !== undefined);
      expect(environment['PARTIAL_BATCH_RESPONSES']).toBe(value);
      expect(new Set(declared)).toEqual(new Set([value === 'on']));
    }
  });

  it('takes partial responses where nothing is said', () => {
    expect(serviceVariables({}).environment).toEqual({ PARTIAL_BATCH_RESPONSES: 'on' });
  });

  it('hands on what is set of the functions’ own variables, and nothing else', () => {
    const { environment } = serviceVariables({
      DLQ_MAX_RETRIES: '5',
      KAFKA_ORDER_TOPIC: '',
      HOME: '/root',
    });
    expect(environment).toEqual({ PARTIAL_BATCH_RESPONSES: 'on', DLQ_MAX_RETRIES: '5' });
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

  it('stops at a bad configuration, with every fault', () => {
    expect(() => serviceVariables({ DLQ_MAX_RETRIES: '-1', DLQ_MAX_RETRYS: '2' })).toThrow(
      /DLQ_MAX_RETRIES[^]*DLQ_MAX_RETRYS/,
    );
  });

  it('has the tables as CreateTable has them, kept and recoverable', () => {
    const { resources } = serviceVariables({ ORDERS_TABLE: 'mine' });
    const tables = Object.values(resources).filter(({ Type }) => Type === 'AWS::DynamoDB::Table');
    const inputs = tableInputs(parseConfig({ ORDERS_TABLE: 'mine' }));
    expect(tables.map(({ Properties }) => Properties)).toEqual(
      inputs.map((input) => ({
        ...input,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      })),
    );
    for (const table of tables) {
      expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });
});
