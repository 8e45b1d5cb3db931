/**
 * Deploys the service twice and removes it again, against moto's server in place of AWS, and looks at it through the SDK.
 *
 * usage: node test/deploy/run.ts [folder for the Python packages]
 */
import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  ApiGatewayV2Client,
  GetApisCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStagesCommand,
} from '@aws-sdk/client-apigatewayv2';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';
import { GetRolePolicyCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { CreateClusterV2Command, KafkaClient } from '@aws-sdk/client-kafka';
import {
  GetPolicyCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { parseDeployment } from '../../infra/deployment.ts';
import { mappingTable } from '../../infra/mappings.ts';
import { needsTable, usesKafka, type FunctionName } from '../../infra/permissions.ts';
import { roleId, roleResources } from '../../infra/role-resources.ts';
import { parseConfig } from '../../lib/config.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const PYTHON_DIR = resolve(process.argv[2] ?? join(PROJECT, '.localstack/python'));
const REGION = 'eu-west-1';
const ACCOUNT = '123456789012';
const STAGE = 'test';
const run = promisify(execFile);
const home = mkdtempSync(join(tmpdir(), 'deploy-'));

const seconds = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  const start = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
};

async function python(): Promise<void> {
  if (existsSync(join(PYTHON_DIR, 'bin/moto_server'))) return;
  await run('python3', ['-m', 'venv', PYTHON_DIR]);
  const requirements = join(import.meta.dirname, 'requirements.txt');
  await run(join(PYTHON_DIR, 'bin/pip'), ['install', '-q', '-r', requirements]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

interface Moto {
  readonly endpoint: string;
  readonly process: ChildProcess;
  log(): string;
}

async function startMoto(): Promise<Moto> {
  const port = await freePort();
  // Its template validation leaves a file in the folder that it is started in.
  const child = spawn(
    join(PYTHON_DIR, 'bin/python'),
    [join(import.meta.dirname, 'moto_server.py'), String(port)],
    { cwd: home, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  }
  const endpoint = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`moto ended:\n${text}`);
    const up = await fetch(`${endpoint}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) return { endpoint, process: child, log: () => text };
    await sleep(100);
  }
  throw new Error(`moto does not answer:\n${text}`);
}

async function serverless(command: string[], env: Record<string, string>): Promise<string> {
  const bin = join(PROJECT, 'node_modules/.bin');
  const { stdout, stderr } = await run(
    join(bin, 'node'),
    [join(bin, 'serverless'), ...command, '--stage', STAGE],
    { cwd: PROJECT, env: { PATH: process.env['PATH'] ?? '', HOME: home, ...env } },
  );
  return stdout + stderr;
}

/** A misspelt action of IAM is a warning to it, so warnings count; W3005 (DependsOn of what is referred to) is osls's own. */
async function lint(): Promise<void> {
  const template = join(PROJECT, '.serverless/cloudformation-template-update-stack.json');
  const options = [
    '--region',
    REGION,
    '--ignore-checks',
    'W3005',
    '--non-zero-exit-code',
    'warning',
  ];
  await run(join(PYTHON_DIR, 'bin/cfn-lint'), [...options, '--', template]);
}

await seconds('Python packages', python);
const moto = await seconds('moto', startMoto);
try {
  const aws = {
    AWS_ENDPOINT_URL: moto.endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  Object.assign(process.env, aws);
  const clients = {
    api: new ApiGatewayV2Client(),
    stacks: new CloudFormationClient(),
    logs: new CloudWatchLogsClient(),
    dynamodb: new DynamoDBClient(),
    iam: new IAMClient(),
    kafka: new KafkaClient(),
    lambda: new LambdaClient(),
    s3: new S3Client({ forcePathStyle: true }),
  };
  const { ClusterArn = '' } = await clients.kafka.send(
    new CreateClusterV2Command({
      ClusterName: 'orders',
      Provisioned: {
        KafkaVersion: '3.9.x',
        NumberOfBrokerNodes: 3,
        BrokerNodeGroupInfo: { ClientSubnets: ['subnet-0a'], InstanceType: 'express.m7g.large' },
      },
    }),
  );
  const settings = {
    MSK_CLUSTER_ARN: ClusterArn,
    VPC_SUBNET_IDS: 'subnet-0000000000000000a,subnet-0000000000000000b',
    VPC_SECURITY_GROUP_IDS: 'sg-0000000000000000a',
  };
  const deploy = (env: Record<string, string> = {}, ...more: string[]) =>
    serverless(['deploy', ...more], { ...aws, ...settings, ...env });

  await assert.rejects(
    serverless(['deploy'], { ...aws, MSK_CLUSTER_ARN: ClusterArn }),
    ({ stdout }: { stdout: string }) =>
      /needs VPC_SUBNET_IDS, VPC_SECURITY_GROUP_IDS:/.test(stdout),
  );
  await seconds('first deployment', () => deploy());
  await seconds('cfn-lint', lint);
  const looked = await seconds('looking', () => expectDeployed({}));
  const again = await seconds('second deployment, nothing changed', () => deploy());
  assert.match(again, /No changes to deploy/);
  assert.deepEqual(await expectDeployed({}), looked);
  // The first tier goes, a longer one comes, and every mapping that stays is changed in its place.
  const slower = { DLQ_RETRY_BACKOFF_MS: '2000', BATCH_SIZE_MAX: '50' };
  await seconds('third deployment, other tiers', () => deploy(slower));
  const changed = await expectDeployed(slower);
  const kept = looked.mappings.filter((id) => changed.mappings.includes(id));
  assert.equal(kept.length, looked.mappings.length - 1);
  assert.deepEqual([changed.apiId, changed.roles], [looked.apiId, looked.roles]);
  await seconds('remove', () => serverless(['remove'], { ...aws, ...settings }));
  await expectGone();
  const bad = moto.log().match(/^.*(Traceback|No Moto CloudFormation support|" 500 -).*$/gm) ?? [];
  assert.deepEqual(bad, []);
  console.log('deployed, changed and removed');

  async function expectDeployed(env: Record<string, string>) {
    const config = parseConfig({ PARTIAL_BATCH_RESPONSES: 'on', ...env });
    const deployment = parseDeployment(settings, { service: 'order-service', stage: STAGE });
    const needs = needsTable(config);
    const names = Object.keys(needs) as FunctionName[];
    const nameOf = (fn: string) => `order-service-${STAGE}-${fn}`;

    // Functions
    const { Functions = [] } = await clients.lambda.send(
      new ListFunctionsCommand({ MaxItems: 50 }),
    );
    assert.deepEqual(
      Functions.map((fn) => String(fn.FunctionName)).toSorted(),
      names.map(nameOf).toSorted(),
    );
    const roleNames = new Map<string, string>();
    for (const fn of Functions) {
      const name = names.find((one) => nameOf(one) === fn.FunctionName) as FunctionName;
      assert.equal(fn.Runtime, 'nodejs24.x');
      assert.equal(fn.Handler, `${name}.handler`);
      assert.equal(fn.Timeout, needs[name].consumes ? 840 : 20);
      assert.equal(fn.MemorySize, needs[name].consumes || name === 'get-dlq-message' ? 1024 : 512);
      assert.ok((fn.CodeSize ?? 0) > 10_000);
      assert.deepEqual(
        fn.VpcConfig?.SubnetIds ?? [],
        usesKafka(needs[name]) ? deployment.subnetIds : [],
      );
      assert.deepEqual(
        fn.VpcConfig?.SecurityGroupIds ?? [],
        usesKafka(needs[name]) ? deployment.securityGroupIds : [],
      );
      assert.equal(fn.Environment?.Variables?.['PARTIAL_BATCH_RESPONSES'], 'on');
      assert.equal(fn.Environment?.Variables?.['MSK_CLUSTER_ARN'], ClusterArn);
      for (const [variable, value] of Object.entries(env)) {
        assert.equal(fn.Environment?.Variables?.[variable], value);
      }
      roleNames.set(name, fn.Role?.split('/').at(-1) ?? '');
    }

    // Mappings
    const { EventSourceMappings = [] } = await clients.lambda.send(
      new ListEventSourceMappingsCommand({ EventSourceArn: ClusterArn }),
    );
    const wanted = Object.entries(mappingTable(config, deployment)).flatMap(([fn, events]) =>
      events.map((event) => ({
        fn,
        Topics: [event.topic],
        EventSourceArn: ClusterArn,
        State: 'Enabled',
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: event.batchSize,
        MaximumBatchingWindowInSeconds: event.maximumBatchingWindow,
        MaximumRetryAttempts: event.maximumRetryAttempts,
        MaximumRecordAgeInSeconds: -1,
        BisectBatchOnFunctionError: event.bisectBatchOnFunctionError,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        DestinationConfig: event.destinations && {
          OnFailure: { Destination: 'kafka://order-events-dlq-intake' },
        },
        AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: event.consumerGroupId },
        ProvisionedPollerConfig: {
          MinimumPollers: 1,
          MaximumPollers: 4,
          PollerGroupName: `order-service-${STAGE}`,
        },
      })),
    );
    const found = EventSourceMappings.map((mapping) => ({
      fn: mapping.FunctionArn?.split(':').at(-1)?.replace(nameOf(''), ''),
      ...Object.fromEntries(
        Object.keys(wanted[0] ?? {})
          .filter((key) => key !== 'fn')
          .map((key) => [key, mapping[key as keyof typeof mapping]]),
      ),
    }));
    const byTopic = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
    assert.deepEqual(found.toSorted(byTopic), wanted.toSorted(byTopic));

    // Roles
    const { Roles = [] } = await clients.iam.send(new ListRolesCommand({}));
    assert.equal(Roles.length, names.length);
    const written = roleResources(config, deployment);
    for (const name of names) {
      const { PolicyDocument = '' } = await clients.iam.send(
        new GetRolePolicyCommand({ RoleName: roleNames.get(name), PolicyName: 'own-work' }),
      );
      const policies = written[roleId(name)]?.Properties['Policies'] as
        readonly { PolicyDocument: object }[] | undefined;
      assert.deepEqual(
        JSON.parse(decodeURIComponent(PolicyDocument)),
        resolved(policies?.[0]?.PolicyDocument),
      );
    }

    // Tables
    for (const TableName of ['orders', 'dead-letters']) {
      const { Table } = await clients.dynamodb.send(new DescribeTableCommand({ TableName }));
      assert.equal(Table?.BillingModeSummary?.BillingMode, 'PAY_PER_REQUEST');
      const backups = await clients.dynamodb.send(
        new DescribeContinuousBackupsCommand({ TableName }),
      );
      const recovery = backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
      assert.equal(recovery?.PointInTimeRecoveryStatus, 'ENABLED');
    }

    // HTTP API
    const { Items: apis = [] } = await clients.api.send(new GetApisCommand({}));
    const [{ ApiId = '', ProtocolType, Name } = {}] = apis;
    assert.deepEqual([apis.length, ProtocolType, Name], [1, 'HTTP', `${STAGE}-order-service`]);
    const { Items: routes = [] } = await clients.api.send(new GetRoutesCommand({ ApiId }));
    const { Items: integrations = [] } = await clients.api.send(
      new GetIntegrationsCommand({ ApiId }),
    );
    const { Items: stages = [] } = await clients.api.send(new GetStagesCommand({ ApiId }));
    assert.deepEqual(
      stages.map(({ StageName, AutoDeploy }) => [StageName, AutoDeploy]),
      [['$default', true]],
    );
    const targets = routes.map(({ RouteKey, AuthorizationType, Target }) => {
      const id = Target?.replace('integrations/', '');
      const uri = integrations.find(({ IntegrationId }) => IntegrationId === id)?.IntegrationUri;
      return `${RouteKey} ${AuthorizationType} ${uri?.split(':').at(-1)?.replace(nameOf(''), '')}`;
    });
    assert.deepEqual(targets.toSorted(), [
      '$default AWS_IAM docs',
      'GET / AWS_IAM docs',
      'GET /api/dlq/info AWS_IAM get-dlq-info',
      'GET /api/dlq/messages AWS_IAM list-dlq-messages',
      'GET /api/dlq/messages/{id} AWS_IAM get-dlq-message',
      'GET /api/orders/{orderId} AWS_IAM get-order',
      'GET /docs AWS_IAM docs',
      'GET /docs/{asset} AWS_IAM docs',
      'GET /openapi.json AWS_IAM docs',
      'POST /api/create-order AWS_IAM create-order',
    ]);
    for (const name of ['create-order', 'docs', 'get-order']) {
      const { Policy = '' } = await clients.lambda.send(
        new GetPolicyCommand({ FunctionName: nameOf(name) }),
      );
      assert.match(Policy, new RegExp(`execute-api:${REGION}:${ACCOUNT}:${ApiId}`));
    }

    // Logs
    const { logGroups = [] } = await clients.logs.send(new DescribeLogGroupsCommand({}));
    assert.deepEqual(
      logGroups.map((group) => `${group.logGroupName} ${group.retentionInDays}`).toSorted(),
      names.map((name) => `/aws/lambda/${nameOf(name)} 30`).toSorted(),
    );
    const { Stacks = [] } = await clients.stacks.send(new DescribeStacksCommand({}));
    const url = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'HttpApiUrl');
    assert.match(url?.OutputValue ?? '', new RegExp(`^https://${ApiId}\\.execute-api\\.${REGION}`));
    return {
      apiId: ApiId,
      mappings: EventSourceMappings.map(({ UUID }) => UUID ?? '').toSorted(),
      roles: [...roleNames.values()].toSorted(),
    };
  }

  /** The tables stay, and nothing else. */
  async function expectGone() {
    const { Functions } = await clients.lambda.send(new ListFunctionsCommand({}));
    const mappings = await clients.lambda.send(new ListEventSourceMappingsCommand({}));
    const { Roles } = await clients.iam.send(new ListRolesCommand({}));
    const { Items } = await clients.api.send(new GetApisCommand({}));
    const { logGroups } = await clients.logs.send(new DescribeLogGroupsCommand({}));
    const { Buckets } = await clients.s3.send(new ListBucketsCommand({}));
    const { TableNames } = await clients.dynamodb.send(new ListTablesCommand({}));
    const { Stacks } = await clients.stacks.send(new DescribeStacksCommand({}));
    assert.deepEqual(
      [Functions, mappings.EventSourceMappings, Roles, Items, logGroups, Buckets, Stacks].map(
        (list) => list?.length ?? 0,
      ),
      [0, 0, 0, 0, 0, 0, 0],
    );
    assert.deepEqual(TableNames?.toSorted(), ['dead-letters', 'orders']);
  }
} catch (error) {
  console.error(
    moto
      .log()
      .split('\n')
      .filter((line) => !line.includes('" 200 -'))
      .slice(-60)
      .join('\n'),
  );
  throw error;
} finally {
  moto.process.kill();
  rmSync(home, { recursive: true, force: true });
}

/** What CloudFormation makes of the functions that the policies use. */
function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== 'object' || value === null) return value;
  if ('Fn::GetAtt' in value) return arnOf((value['Fn::GetAtt'] as string[])[0] ?? '');
  if ('Fn::Sub' in value) {
    return String(value['Fn::Sub'])
      .replaceAll('${AWS::Partition}', 'aws')
      .replaceAll('${AWS::Region}', REGION)
      .replaceAll('${AWS::AccountId}', ACCOUNT)
      .replaceAll(/\$\{(\w+)\.Arn\}/g, (_, id: string) => arnOf(id));
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolved(part)]));
}

function arnOf(logicalId: string): string {
  const table = logicalId === 'OrdersTable' ? 'orders' : 'dead-letters';
  return `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${table}`;
}
