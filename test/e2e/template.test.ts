import { beforeAll, describe, expect, test } from 'vitest';
import { createPackager, type Template, type TemplateResource } from '../support/package.ts';

/*
 * What is sent to AWS, read where it is sent from. The expectations are written by hand, from the design and from AWS's
 * documentation, and take nothing from the code that makes the template.
 */

const ARN = 'arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0f0f-1';
const DEPLOYMENT = {
  MSK_CLUSTER_ARN: ARN,
  VPC_SUBNET_IDS: 'subnet-0a,subnet-0b',
  VPC_SECURITY_GROUP_IDS: 'sg-0c',
};
const VPC = { SubnetIds: ['subnet-0a', 'subnet-0b'], SecurityGroupIds: ['sg-0c'] };

const packageTo = createPackager();
let template: Template;
beforeAll(async () => {
  ({ template } = await packageTo(DEPLOYMENT));
});

const resourcesOf = (type: string, of = template): [string, TemplateResource][] =>
  Object.entries(of.Resources).filter(([, { Type }]) => Type === type);
const propertiesOf = (type: string, of = template) =>
  resourcesOf(type, of).map(([, { Properties }]) => Properties);

/** Logical id of a function → its name without service and stage. */
const functionNames = (of = template): Map<string, string> =>
  new Map(
    resourcesOf('AWS::Lambda::Function', of).map(([id, { Properties }]) => [
      id,
      String(Properties['FunctionName']).replace(/^order-service-dev-/, ''),
    ]),
  );

/** Mappings with the name of the function in the place of the reference to it, by topic. */
function mappingsOf(of = template): Record<string, Record<string, unknown>> {
  const names = functionNames(of);
  return Object.fromEntries(
    propertiesOf('AWS::Lambda::EventSourceMapping', of).map((properties) => {
      const { 'Fn::GetAtt': [id] = [] } = properties['FunctionName'] as { 'Fn::GetAtt'?: string[] };
      return [String(properties['Topics']), { ...properties, FunctionName: names.get(id ?? '') }];
    }),
  );
}

describe('mappings, each with every property', () => {
  const everywhere = {
    EventSourceArn: ARN,
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 100,
    MaximumBatchingWindowInSeconds: 0,
    MaximumRecordAgeInSeconds: -1,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ProvisionedPollerConfig: {
      MinimumPollers: 1,
      MaximumPollers: 4,
      PollerGroupName: 'order-service-dev',
    },
  };
  const processing = {
    ...everywhere,
    MaximumRetryAttempts: 10_000,
    BisectBatchOnFunctionError: true,
    DestinationConfig: { OnFailure: { Destination: 'kafka://order-events-dlq-intake' } },
  };
  const group = (ConsumerGroupId: string) => ({
    AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId },
  });
  const EXPECTED: Record<string, Record<string, unknown>> = {
    'order-events': {
      ...processing,
      ...group('order-service-group'),
      FunctionName: 'process-orders',
      Topics: ['order-events'],
    },
    'order-events-retry-1s': {
      ...processing,
      BatchSize: 10_000,
      ...group('order-service-group-retry-1s'),
      FunctionName: 'retry-orders',
      Topics: ['order-events-retry-1s'],
    },
    'order-events-retry-2s': {
      ...processing,
      BatchSize: 10_000,
      ...group('order-service-group-retry-2s'),
      FunctionName: 'retry-orders',
      Topics: ['order-events-retry-2s'],
    },
    'order-events-retry-4s': {
      ...processing,
      BatchSize: 10_000,
      ...group('order-service-group-retry-4s'),
      FunctionName: 'retry-orders',
      Topics: ['order-events-retry-4s'],
    },
    'order-events-redrive': {
      ...processing,
      ...group('order-service-group-redrive'),
      FunctionName: 'retry-orders',
      Topics: ['order-events-redrive'],
    },
    // Nobody is behind it: it never gives up, and there is nothing to bisect for.
    'order-events-dlq-intake': {
      ...everywhere,
      ...group('order-service-group-dlq-intake'),
      MaximumRetryAttempts: -1,
      FunctionName: 'publish-dead-letter',
      Topics: ['order-events-dlq-intake'],
    },
    'order-events-dlq-jobs': {
      ...everywhere,
      ...group('order-service-group-dlq-jobs'),
      MaximumRetryAttempts: -1,
      FunctionName: 'work-dlq-jobs',
      Topics: ['order-events-dlq-jobs'],
    },
  };

  test('there are these and no others', () => {
    expect(Object.keys(mappingsOf()).toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
    expect(resourcesOf('AWS::Lambda::EventSourceMapping')).toHaveLength(7);
  });

  test.each(Object.entries(EXPECTED))('%s', (topic, expected) => {
    expect(mappingsOf()[topic]).toEqual(expected);
  });

  // What cfn-lint lets pass, and AWS does not.
  test('stay within what AWS takes of Kafka', () => {
    for (const [topic, properties] of Object.entries(mappingsOf())) {
      const { MinimumPollers: min, MaximumPollers: max } = properties[
        'ProvisionedPollerConfig'
      ] as {
        MinimumPollers: number;
        MaximumPollers: number;
      };
      expect([topic, min >= 1 && min <= 200 && max >= min && max <= 2_000]).toEqual([topic, true]);
      const destination = JSON.stringify(properties['DestinationConfig'] ?? {});
      expect(destination).not.toContain(`kafka://${topic}"`);
      expect(topic).toMatch(/^[\w.-]{1,249}$/);
    }
  });
});

describe('functions', () => {
  const KAFKA = [
    'cancel-dlq-job',
    'create-order',
    'get-dlq-info',
    'get-dlq-message',
    'reindex-dead-letters',
    'start-dlq-job',
  ];
  const BATCH = ['process-orders', 'publish-dead-letter', 'retry-orders', 'work-dlq-jobs'];
  const OTHERS = ['docs', 'get-dlq-job', 'get-order', 'list-dlq-groups', 'list-dlq-messages'];
  const functionOf = (name: string, of = template): Readonly<Record<string, unknown>> => {
    const [id] = [...functionNames(of)].find(([, one]) => one === name) ?? [];
    return of.Resources[id ?? '']?.Properties ?? {};
  };
  const variablesOf = (name: string, of = template) =>
    (functionOf(name, of)['Environment'] as { Variables: Record<string, string> }).Variables;

  test('there are these and no others', () => {
    const names = [...functionNames().values()].toSorted();
    expect(names).toEqual([...KAFKA, ...BATCH, ...OTHERS].toSorted());
  });

  test('those that speak to Kafka are in the network, and no others', () => {
    for (const name of [...KAFKA, ...BATCH]) expect(functionOf(name)['VpcConfig']).toEqual(VPC);
    for (const name of OTHERS) expect(functionOf(name)).not.toHaveProperty('VpcConfig');
  });

  test('each has a runtime, memory and a role of its own', () => {
    const all = [...functionNames().values()].map((name) => functionOf(name));
    expect(new Set(all.map(({ Runtime }) => Runtime))).toEqual(new Set(['nodejs24.x']));
    expect(new Set(all.map(({ Role }) => JSON.stringify(Role))).size).toBe(all.length);
    for (const { MemorySize } of all) expect(MemorySize).toEqual(expect.any(Number));
  });

  test('the timeout holds the longest wait, a record’s time limit and a reserve, and is one that MSK allows', () => {
    // 4 s and a fifth of jitter, 5 s for the record, 5 s reserve.
    const neededSeconds = 4 * 1.2 + 5 + 5;
    for (const name of BATCH) {
      const timeout = Number(functionOf(name)['Timeout']);
      expect(timeout).toBeGreaterThanOrEqual(neededSeconds);
      expect(timeout).toBeLessThanOrEqual(840);
    }
    // API Gateway waits for 30 s.
    for (const name of [...KAFKA, ...OTHERS]) {
      expect(functionOf(name)['Timeout']).toBe(name === 'start-dlq-job' ? 27 : 20);
    }
  });

  test('partial responses are in the variable of those behind mappings that take them, and of no others', () => {
    for (const name of BATCH) expect(variablesOf(name)['PARTIAL_BATCH_RESPONSES']).toBe('on');
    for (const name of [...KAFKA, ...OTHERS]) {
      expect(variablesOf(name)).not.toHaveProperty('PARTIAL_BATCH_RESPONSES');
    }
    for (const { FunctionResponseTypes } of Object.values(mappingsOf())) {
      expect(FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    }
  });

  test('none is told of brokers, keys or the simulation of failures', () => {
    for (const name of functionNames().values()) {
      const names = Object.keys(variablesOf(name)).filter((v) => v !== 'PARTIAL_BATCH_RESPONSES');
      const memory = BATCH.includes(name) ? ['NODE_OPTIONS'] : [];
      expect(names.toSorted()).toEqual(['GLUE_SCHEMA_REGISTRY', 'MSK_CLUSTER_ARN', ...memory]);
      expect(variablesOf(name)['GLUE_SCHEMA_REGISTRY']).toBe('order-service-dev');
    }
  });

  test('switched off in the mappings, the variable is nowhere; a longer tier has a window', async () => {
    const { template: off } = await packageTo({
      ...DEPLOYMENT,
      MAPPING_PARTIAL_RESPONSES: 'off',
      DLQ_DRAIN_DELAYS_MS: '65000',
      FUNCTION_TIMEOUT_MS: '600000',
    });
    for (const mapping of Object.values(mappingsOf(off))) {
      expect(mapping).not.toHaveProperty('FunctionResponseTypes');
    }
    for (const name of functionNames(off).values()) {
      expect(variablesOf(name, off)).not.toHaveProperty('PARTIAL_BATCH_RESPONSES');
    }
    for (const name of BATCH) expect(functionOf(name, off)['Timeout']).toBe(600);
    expect(mappingsOf(off)['order-events-retry-65s']).toMatchObject({
      MaximumBatchingWindowInSeconds: 6,
      MaximumRetryAttempts: 10_000,
    });
  });

  test('with tables that are there, none is made, and nothing else is different', async () => {
    const { template: other } = await packageTo({ ...DEPLOYMENT, TABLES: 'existing' });
    const ids = ({ Resources }: Template) =>
      Object.keys(Resources).filter((id) => !id.includes('LambdaVersion'));
    const made = ids(template).filter((id) => !ids(other).includes(id));
    expect(made.toSorted()).toEqual([
      'DeadLetterGroupsTable',
      'DeadLetterJobsTable',
      'DeadLettersTable',
      'OrdersTable',
    ]);
    for (const [id, { Properties }] of resourcesOf('AWS::IAM::Role', other)) {
      expect(Properties).toEqual(template.Resources[id]?.Properties);
    }
  });

  test('a schema registry is made, which outlives the stack, unless another is named', async () => {
    const made = Object.entries(template.Resources).filter(
      ([, { Type }]) => Type === 'AWS::Glue::Registry',
    );
    expect(made).toEqual([
      [
        'SchemaRegistry',
        {
          Type: 'AWS::Glue::Registry',
          DeletionPolicy: 'Retain',
          UpdateReplacePolicy: 'Retain',
          Properties: {
            Name: 'order-service-dev',
            Description: 'Schemas of dead letters and order events',
          },
        },
      ],
    ]);
    const env = { ...DEPLOYMENT, SCHEMA_REGISTRY_URL: 'https://registry.example' };
    const { template: confluent } = await packageTo(env);
    expect(resourcesOf('AWS::Glue::Registry', confluent)).toEqual([]);
    expect(JSON.stringify(confluent)).not.toContain('glue:');
    expect(variablesOf('publish-dead-letter', confluent)).not.toHaveProperty(
      'GLUE_SCHEMA_REGISTRY',
    );
  });

  test('functions that report to mappings that do not listen are not packaged', async () => {
    const env = { PARTIAL_BATCH_RESPONSES: 'on', MAPPING_PARTIAL_RESPONSES: 'off' };
    await expect(packageTo(env)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/would be committed and lost\. Switching off takes two deploy/),
    });
  });
});

describe('HTTP API and tables', () => {
  test('every route asks for IAM', () => {
    const routes = propertiesOf('AWS::ApiGatewayV2::Route');
    expect(routes.map(({ RouteKey }) => String(RouteKey)).toSorted()).toEqual([
      '$default',
      'GET /',
      'GET /api/dlq/discards',
      'GET /api/dlq/discards/{id}',
      'GET /api/dlq/groups',
      'GET /api/dlq/info',
      'GET /api/dlq/messages',
      'GET /api/dlq/messages/{id}',
      'GET /api/dlq/purges',
      'GET /api/dlq/purges/{id}',
      'GET /api/dlq/redrives',
      'GET /api/dlq/redrives/{id}',
      'GET /api/dlq/restores',
      'GET /api/dlq/restores/{id}',
      'GET /api/orders/{orderId}',
      'GET /docs',
      'GET /docs/{asset}',
      'GET /openapi.json',
      'POST /api/create-order',
      'POST /api/dlq/discards',
      'POST /api/dlq/discards/{id}/cancel',
      'POST /api/dlq/purges',
      'POST /api/dlq/purges/{id}/cancel',
      'POST /api/dlq/redrives',
      'POST /api/dlq/redrives/{id}/cancel',
      'POST /api/dlq/reindex',
      'POST /api/dlq/restores',
      'POST /api/dlq/restores/{id}/cancel',
    ]);
    expect(routes.filter(({ AuthorizationType }) => AuthorizationType !== 'AWS_IAM')).toEqual([]);
  });

  test('the tables outlive the stack, and can be brought back to any second', () => {
    const tables = resourcesOf('AWS::DynamoDB::Table').map(([, table]) => table);
    expect(tables.map(({ Properties }) => Properties['TableName'])).toEqual([
      'orders',
      'dead-letters',
      'dead-letter-groups',
      'dead-letter-jobs',
    ]);
    for (const { DeletionPolicy, UpdateReplacePolicy, Properties } of tables) {
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
      expect(Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    }
  });
});
