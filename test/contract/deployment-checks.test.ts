import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { topicTable } from '../../infra/topics.ts';
import { parseConfig } from '../../lib/config.ts';
import { LOCAL_AWS } from '../../localstack/dynamodb-tables.ts';
import DeploymentPlugin from '../../plugins/deployment.ts';
import type { Serverless } from '../../plugins/serverless-types.ts';

/* What the deployment asks MSK (ListTopics) and Lambda (what is live), with a stand-in for the endpoints. */

const ARN = 'arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0f0f-1';
const OURS = topicTable(parseConfig({})).map(({ topic }) => topic);

let respond: (page: string | null) => { readonly status: number; readonly body: object };
const paths: string[] = [];
/** Live mappings, and the variable of live functions; undefined = there is none. */
let live: { readonly mappings: readonly object[]; readonly reports: string | undefined };
const NOTHING_LIVE = { mappings: [], reports: undefined };

function lambdaAnswer(path: string): { readonly status: number; readonly body: object } {
  if (path.endsWith('/event-source-mappings')) {
    return { status: 200, body: { EventSourceMappings: live.mappings } };
  }
  if (live.reports === undefined) return { status: 404, body: { message: 'no function' } };
  const Variables = { PARTIAL_BATCH_RESPONSES: live.reports };
  return { status: 200, body: { Environment: { Variables } } };
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '', 'http://aws');
  paths.push(decodeURIComponent(url.pathname));
  const isLambda = url.pathname.startsWith('/2015-03-31/');
  const { status, body } = isLambda
    ? lambdaAnswer(url.pathname.replace(/\/$/, ''))
    : respond(url.searchParams.get('nextToken'));
  const name = isLambda ? 'ResourceNotFoundException' : 'ForbiddenException';
  const error = status === 200 ? {} : { 'x-amzn-errortype': name };
  response.writeHead(status, { 'content-type': 'application/json', ...error });
  response.end(JSON.stringify(body));
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => (live = NOTHING_LIVE));
afterEach(() => vi.unstubAllEnvs());

/** @returns what the plugin warned of; rejects where it refuses */
async function beforeDeploy(env: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const all = {
    MSK_CLUSTER_ARN: ARN,
    VPC_SUBNET_IDS: 'subnet-0a',
    VPC_SECURITY_GROUP_IDS: 'sg-0a',
    ...env,
  };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  const warnings: string[] = [];
  const serverless = {
    classes: { Error },
    service: { service: 'order-service', provider: { stage: 'prod' }, functions: {} },
    getProvider: () => ({
      getAwsSdkV3Config: async () => ({
        endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        region: 'eu-west-1',
        credentials: {
          accessKeyId: LOCAL_AWS.AWS_ACCESS_KEY_ID,
          secretAccessKey: LOCAL_AWS.AWS_SECRET_ACCESS_KEY,
        },
        maxAttempts: 1,
      }),
    }),
  } as unknown as Serverless;
  const log = { warning: (message: string) => void warnings.push(message) };
  const plugin = new DeploymentPlugin(serverless, {}, { log } as never);
  await plugin.hooks['before:deploy:deploy']?.();
  return warnings;
}

const named = (topics: readonly string[]) => ({
  topics: topics.map((topicName) => ({ topicName })),
});

describe('before a deployment sends anything', () => {
  test('it takes the topics that are named, whatever else the cluster has', async () => {
    respond = () => ({ status: 200, body: named([...OURS, 'payments', 'payments-retry-1s']) });
    await expect(beforeDeploy()).resolves.toEqual([]);
    expect(paths).toContain(`/v1/clusters/${ARN}/topics`);
  });

  test('it refuses a retry topic that nothing names, also on a later page, and says what to set', async () => {
    respond = (page) =>
      page === null
        ? { status: 200, body: { ...named(OURS), nextToken: 'two' } }
        : { status: 200, body: named(['order-events-retry-9s', 'order-events-retry-16s']) };
    await expect(beforeDeploy({ DLQ_DRAIN_DELAYS_MS: '9000' })).rejects.toThrow(
      /^A retry topic exists that neither the retry policy nor DLQ_DRAIN_DELAYS_MS names, so nobody would read what is in there: order-events-retry-16s\. Set DLQ_DRAIN_DELAYS_MS=9000,16000 and deploy again: /,
    );
  });

  test('it names the topics that are missing, and goes on', async () => {
    respond = () => ({ status: 200, body: named(OURS.slice(1)) });
    await expect(beforeDeploy()).resolves.toEqual([
      expect.stringMatching(/^The cluster has no topic order-events \(as of a minute ago\)/),
    ]);
  });

  test.each([400, 401, 403, 404])(
    'where AWS answers %i it says that nobody looked, and goes on',
    async (status) => {
      respond = () => ({ status, body: { message: 'not for you' } });
      const [warning, ...more] = await beforeDeploy();
      expect(warning).toMatch(
        /^Nobody looked whether a retry topic is forgotten: AWS does not list the topics of arn:\S+ \(\w+: not for you\)\. Look yourself: kafka-topics\.sh/,
      );
      expect(more).toEqual([]);
    },
  );

  test('where asking again may help it refuses', async () => {
    respond = () => ({ status: 503, body: { message: 'busy' } });
    await expect(beforeDeploy()).rejects.toThrow(
      /^AWS did not list the topics of .*deploy again later$/,
    );
  });

  test('it asks nothing where cluster or network are missing', async () => {
    const before = paths.length;
    await expect(beforeDeploy({ MSK_CLUSTER_ARN: '', VPC_SUBNET_IDS: '' })).rejects.toThrow(
      /^A deployment needs MSK_CLUSTER_ARN, VPC_SUBNET_IDS: set them/,
    );
    expect(paths).toHaveLength(before);
  });
});

describe('a live service is not switched in one deployment', () => {
  const mapping = (group: string, listens: boolean) => ({
    Topics: [`topic-of-${group}`],
    AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: group },
    FunctionResponseTypes: listens ? ['ReportBatchItemFailures'] : [],
  });
  const deaf = [
    mapping('order-service-group', true),
    mapping('order-service-group-retry-1s', false),
  ];
  const OFF = { PARTIAL_BATCH_RESPONSES: 'off', MAPPING_PARTIAL_RESPONSES: 'off' };
  const BETWEEN = { PARTIAL_BATCH_RESPONSES: 'off', MAPPING_PARTIAL_RESPONSES: 'on' };

  beforeEach(() => {
    respond = () => ({ status: 200, body: named(OURS) });
  });

  test('functions may not report while a live mapping does not listen; first it has to', async () => {
    live = { mappings: deaf, reports: undefined };
    await expect(beforeDeploy()).rejects.toThrow(
      /^The live mappings of topic-of-order-service-group-retry-1s take no partial responses yet.*deploy with MAPPING_PARTIAL_RESPONSES=on and PARTIAL_BATCH_RESPONSES=off first/,
    );
    await expect(beforeDeploy(BETWEEN)).resolves.toEqual([]);
    live = { mappings: [mapping('order-service-group', true)], reports: 'off' };
    await expect(
      beforeDeploy({ PARTIAL_BATCH_RESPONSES: '', MAPPING_PARTIAL_RESPONSES: '' }),
    ).resolves.toEqual([]);
  });

  test('a mapping of somebody else does not matter', async () => {
    live = { mappings: [mapping('payments', false)], reports: undefined };
    await expect(beforeDeploy()).resolves.toEqual([]);
  });

  test('mappings may not stop listening while live functions report; first they have to stop', async () => {
    live = { mappings: [mapping('order-service-group', true)], reports: 'on' };
    await expect(beforeDeploy(OFF)).rejects.toThrow(
      /^The live functions order-service-prod-process-orders, .* report failures, and mappings that stop listening would lose them/,
    );
    live = { ...live, reports: 'off' };
    await expect(beforeDeploy(OFF)).resolves.toEqual([]);
    live = { ...live, reports: undefined };
    await expect(beforeDeploy(OFF)).resolves.toEqual([]);
  });
});
