import {
  GetApisCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStagesCommand,
} from '@aws-sdk/client-apigatewayv2';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';
import { ListRegistriesCommand } from '@aws-sdk/client-glue';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import {
  GetPolicyCommand,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { nameOf } from './deployed-functions.ts';
import { ACCOUNT, REGION, STAGE, type Clients } from './place.ts';

const TABLES = ['dead-letter-groups', 'dead-letter-jobs', 'dead-letters', 'orders'];
/** Those that forget what has ended. */
const FORGETTING = ['dead-letter-jobs', 'dead-letters'];

export async function expectTables({ dynamodb }: Clients): Promise<void> {
  for (const TableName of TABLES) {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    expect(Table?.BillingModeSummary?.BillingMode).toBe('PAY_PER_REQUEST');
    const { ContinuousBackupsDescription } = await dynamodb.send(
      new DescribeContinuousBackupsCommand({ TableName }),
    );
    expect(ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toMatchObject({
      PointInTimeRecoveryStatus: 'ENABLED',
    });
    const { TimeToLiveDescription } = await dynamodb.send(
      new DescribeTimeToLiveCommand({ TableName }),
    );
    expect([TableName, TimeToLiveDescription?.AttributeName]).toEqual([
      TableName,
      FORGETTING.includes(TableName) ? 'expiresAt' : undefined,
    ]);
  }
}

/** The one that the stack made, or that a former one left. */
export async function expectRegistry({ glue }: Clients): Promise<void> {
  const { Registries = [] } = await glue.send(new ListRegistriesCommand({}));
  expect(Registries.map(({ RegistryName }) => RegistryName)).toEqual([`order-service-${STAGE}`]);
}

const ROUTES = [
  '$default docs',
  'GET / docs',
  'GET /api/dlq/groups list-dlq-groups',
  'GET /api/dlq/info get-dlq-info',
  'GET /api/dlq/messages list-dlq-messages',
  'GET /api/dlq/messages/{id} get-dlq-message',
  'GET /api/orders/{orderId} get-order',
  'GET /docs docs',
  'GET /docs/{asset} docs',
  'GET /openapi.json docs',
  'POST /api/create-order create-order',
  'POST /api/dlq/reindex reindex-dead-letters',
  'GET /api/dlq/redrives get-dlq-job',
  'GET /api/dlq/redrives/{id} get-dlq-job',
  'POST /api/dlq/redrives start-dlq-job',
  'POST /api/dlq/redrives/{id}/cancel cancel-dlq-job',
  'GET /api/dlq/discards get-dlq-job',
  'GET /api/dlq/discards/{id} get-dlq-job',
  'POST /api/dlq/discards start-dlq-job',
  'POST /api/dlq/discards/{id}/cancel cancel-dlq-job',
  'GET /api/dlq/restores get-dlq-job',
  'GET /api/dlq/restores/{id} get-dlq-job',
  'POST /api/dlq/restores start-dlq-job',
  'POST /api/dlq/restores/{id}/cancel cancel-dlq-job',
  'GET /api/dlq/purges get-dlq-job',
  'GET /api/dlq/purges/{id} get-dlq-job',
  'POST /api/dlq/purges start-dlq-job',
  'POST /api/dlq/purges/{id}/cancel cancel-dlq-job',
].toSorted();

/** Every route asks for IAM, leads to its function, and may invoke it. @returns the API's id */
export async function expectHttpApi({ api, lambda, stacks }: Clients): Promise<string> {
  const { Items: apis = [] } = await api.send(new GetApisCommand({}));
  expect(apis.map(({ ProtocolType, Name }) => [ProtocolType, Name])).toEqual([
    ['HTTP', `${STAGE}-order-service`],
  ]);
  const [{ ApiId = '' } = {}] = apis;
  const { Items: routes = [] } = await api.send(new GetRoutesCommand({ ApiId }));
  const { Items: integrations = [] } = await api.send(new GetIntegrationsCommand({ ApiId }));
  const { Items: stages = [] } = await api.send(new GetStagesCommand({ ApiId }));
  expect(stages.map(({ StageName, AutoDeploy }) => [StageName, AutoDeploy])).toEqual([
    ['$default', true],
  ]);
  expect([...new Set(routes.map(({ AuthorizationType }) => AuthorizationType))]).toEqual([
    'AWS_IAM',
  ]);
  const leads = routes.map(({ RouteKey, Target }) => {
    const id = Target?.replace('integrations/', '');
    const uri = integrations.find(({ IntegrationId }) => IntegrationId === id)?.IntegrationUri;
    return `${RouteKey} ${uri?.split(':').at(-1)?.replace(nameOf(''), '')}`;
  });
  expect(leads.toSorted()).toEqual(ROUTES);
  for (const name of new Set(ROUTES.map((route) => route.split(' ').at(-1) ?? ''))) {
    const policy = new GetPolicyCommand({ FunctionName: nameOf(name) });
    const { Policy = '' } = await lambda.send(policy);
    expect(Policy).toContain(`:execute-api:${REGION}:${ACCOUNT}:${ApiId}`);
  }
  const { Stacks = [] } = await stacks.send(new DescribeStacksCommand({}));
  const url = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'HttpApiUrl');
  expect(url?.OutputValue).toMatch(new RegExp(`^https://${ApiId}\\.execute-api\\.${REGION}`));
  return ApiId;
}

/** The tables stay, and nothing else. */
export async function expectGone(clients: Clients): Promise<void> {
  const { lambda, iam, api, logs, s3, stacks, dynamodb } = clients;
  const left = {
    functions: (await lambda.send(new ListFunctionsCommand({}))).Functions,
    mappings: (await lambda.send(new ListEventSourceMappingsCommand({}))).EventSourceMappings,
    roles: (await iam.send(new ListRolesCommand({}))).Roles,
    apis: (await api.send(new GetApisCommand({}))).Items,
    logGroups: (await logs.send(new DescribeLogGroupsCommand({}))).logGroups,
    buckets: (await s3.send(new ListBucketsCommand({}))).Buckets,
    stacks: (await stacks.send(new DescribeStacksCommand({}))).Stacks,
  };
  for (const [what, list] of Object.entries(left)) expect([what, list ?? []]).toEqual([what, []]);
  const { TableNames } = await dynamodb.send(new ListTablesCommand({}));
  expect(TableNames?.toSorted()).toEqual(TABLES);
  await expectRegistry(clients);
}
