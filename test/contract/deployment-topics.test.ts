import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { topicTable } from '../../infra/topics.ts';
import { parseConfig } from '../../lib/config.ts';
import { LOCAL_AWS } from '../../localstack/dynamodb-tables.ts';
import DeploymentPlugin from '../../plugins/deployment.ts';
import type { Serverless } from '../../plugins/serverless-types.ts';

/* The deployment's question to MSK (ListTopics), with a stand-in for the endpoint. */

const ARN = 'arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0f0f-1';
const OURS = topicTable(parseConfig({})).map(({ topic }) => topic);

let respond: (page: string | null) => { readonly status: number; readonly body: object };
const paths: string[] = [];
const server = createServer((request, response) => {
  const url = new URL(request.url ?? '', 'http://aws');
  paths.push(decodeURIComponent(url.pathname));
  const { status, body } = respond(url.searchParams.get('nextToken'));
  const error = status === 200 ? {} : { 'x-amzn-errortype': 'ForbiddenException' };
  response.writeHead(status, { 'content-type': 'application/json', ...error });
  response.end(JSON.stringify(body));
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
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
    getProvider: () => ({
      getAwsSdkV3Config: async () => ({
        endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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
    expect(paths.at(-1)).toBe(`/v1/clusters/${ARN}/topics`);
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
