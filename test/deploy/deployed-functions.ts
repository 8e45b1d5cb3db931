import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetRolePolicyCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { ListEventSourceMappingsCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { expect } from 'vitest';
import { mappingTable } from '../../infra/mappings.ts';
import { needsTable, usesKafka } from '../../infra/permissions.ts';
import { roleId, roleResources } from '../../infra/role-resources.ts';
import { parseConfig } from '../../lib/config.ts';
import { deploymentOf } from '../support/deployment.ts';
import { ACCOUNT, REGION, STAGE, type Clients } from './place.ts';

/** Endpoints that hold envelopes, or long lists. */
const LARGER = ['get-dlq-message', 'reindex-dead-letters', 'start-dlq-job'];

type Environment = Readonly<Record<string, string>>;

export const nameOf = (fn: string) => `order-service-${STAGE}-${fn}`;

/** What a deployment with these settings should have made, by our own tables: whether the values are right, the test of the packaged template says. */
export function expectedOf(env: Environment) {
  const config = parseConfig({
    PARTIAL_BATCH_RESPONSES: 'on',
    GLUE_SCHEMA_REGISTRY: `order-service-${STAGE}`,
    ...env,
  });
  const deployment = deploymentOf(env, STAGE);
  return {
    config,
    deployment,
    needs: needsTable(config),
    mappings: mappingTable(config, deployment),
  };
}

/** @returns names of the functions' roles */
export async function expectFunctions(
  { lambda }: Clients,
  env: Environment,
): Promise<ReadonlyMap<string, string>> {
  const { deployment, needs } = expectedOf(env);
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({ MaxItems: 50 }));
  const found = new Map(Functions.map((fn) => [fn.FunctionName ?? '', fn]));
  expect([...found.keys()].toSorted()).toEqual(Object.keys(needs).map(nameOf).toSorted());
  for (const [name, need] of Object.entries(needs)) {
    const fn = found.get(nameOf(name));
    const network = usesKafka(need);
    const reports = need.consumes ? (env['PARTIAL_BATCH_RESPONSES'] ?? 'on') : undefined;
    expect(fn).toMatchObject({
      Runtime: 'nodejs24.x',
      Handler: `${name}.handler`,
      Timeout: need.consumes ? 840 : name === 'start-dlq-job' ? 27 : 20,
      MemorySize: need.consumes || LARGER.includes(name) ? 1024 : 512,
    });
    expect(fn?.CodeSize).toBeGreaterThan(10_000);
    expect(fn?.VpcConfig?.SubnetIds ?? []).toEqual(network ? deployment.subnetIds : []);
    const groups = fn?.VpcConfig?.SecurityGroupIds ?? [];
    expect(groups).toEqual(network ? deployment.securityGroupIds : []);
    const variables = fn?.Environment?.Variables ?? {};
    expect(variables['PARTIAL_BATCH_RESPONSES']).toBe(reports);
    expect(variables['MSK_CLUSTER_ARN']).toBe(deployment.clusterArn);
    for (const variable of ['DLQ_RETRY_BACKOFF_MS', 'BATCH_SIZE_MAX']) {
      expect(variables[variable]).toBe(env[variable]);
    }
  }
  return new Map([...found].map(([name, { Role = '' }]) => [name, Role.split('/').at(-1) ?? '']));
}

/** @returns their ids */
export async function expectMappings(
  { lambda }: Clients,
  env: Environment,
): Promise<readonly string[]> {
  const { deployment, mappings } = expectedOf(env);
  const EventSourceArn = deployment.clusterArn;
  const wanted = Object.entries(mappings).flatMap(([fn, events]) =>
    events.map((event) => ({
      FunctionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${nameOf(fn)}`,
      Topics: [event.topic],
      EventSourceArn,
      State: 'Enabled',
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: event.batchSize,
      MaximumBatchingWindowInSeconds: event.maximumBatchingWindow,
      MaximumRetryAttempts: event.maximumRetryAttempts,
      MaximumRecordAgeInSeconds: -1,
      BisectBatchOnFunctionError: event.bisectBatchOnFunctionError,
      FunctionResponseTypes: event.functionResponseType && [event.functionResponseType],
      DestinationConfig: event.destinations && {
        OnFailure: { Destination: event.destinations.onFailure },
      },
      AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: event.consumerGroupId },
      ProvisionedPollerConfig: {
        MinimumPollers: 1,
        MaximumPollers: 4,
        PollerGroupName: `order-service-${STAGE}`,
      },
    })),
  );
  const { EventSourceMappings = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ EventSourceArn }),
  );
  const found = EventSourceMappings.map((mapping) =>
    Object.fromEntries(
      Object.keys(wanted[0] ?? {}).map((key) => [key, mapping[key as keyof typeof mapping]]),
    ),
  );
  const byTopic = (list: readonly object[]) => list.map((one) => JSON.stringify(one)).toSorted();
  expect(byTopic(found)).toEqual(byTopic(wanted));
  return EventSourceMappings.map(({ UUID = '' }) => UUID).toSorted();
}

/** That what we wrote came through; what it should be, other tests say. */
export async function expectRoles(
  { iam }: Clients,
  env: Environment,
  roles: ReadonlyMap<string, string>,
): Promise<void> {
  const { config, deployment, needs } = expectedOf(env);
  const { Roles = [] } = await iam.send(new ListRolesCommand({}));
  expect(Roles).toHaveLength(roles.size);
  const written = roleResources(config, deployment);
  for (const name of Object.keys(needs)) {
    const { PolicyDocument = '' } = await iam.send(
      new GetRolePolicyCommand({ RoleName: roles.get(nameOf(name)), PolicyName: 'own-work' }),
    );
    const policies = written[roleId(name)]?.Properties['Policies'] as
      readonly { PolicyDocument: object }[] | undefined;
    expect(JSON.parse(decodeURIComponent(PolicyDocument))).toEqual(
      resolved(policies?.[0]?.PolicyDocument),
    );
  }
}

export async function expectLogGroups({ logs }: Clients, env: Environment): Promise<void> {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  expect(
    logGroups.map((group) => `${group.logGroupName} ${group.retentionInDays}`).toSorted(),
  ).toEqual(
    Object.keys(expectedOf(env).needs)
      .map((name) => `/aws/lambda/${nameOf(name)} 30`)
      .toSorted(),
  );
}

/** What CloudFormation makes of the functions that the policies use. */
function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== 'object' || value === null) return value;
  if ('Fn::Sub' in value) {
    return String(value['Fn::Sub'])
      .replaceAll('${AWS::Partition}', 'aws')
      .replaceAll('${AWS::Region}', REGION)
      .replaceAll('${AWS::AccountId}', ACCOUNT);
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolved(part)]));
}
