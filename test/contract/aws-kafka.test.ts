import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  test,
  vi,
} from 'vitest';
import { parseConfig } from '../../lib/config.ts';
import { awsKafka } from '../../lib/effect/kafka/aws-kafka.ts';
import { createKafkaConnection } from '../../lib/effect/kafka/connection.ts';
import { createMskSource } from '../../lib/effect/kafka/msk-source.ts';
import { createRecordPublisher } from '../../lib/effect/kafka/publisher.ts';
import { createRecordReader } from '../../lib/effect/kafka/reader.ts';
import { systemClock } from '../../lib/effect/system-clock.ts';
import { kafkaConnectionOf } from '../../lib/wire-kafka.ts';
import { createKafkaTestClient, requestOf, type KafkaTestClient } from '../support/kafka-client.ts';
import { startMskApi, type MskAnswer, type MskApi } from '../support/msk-api.ts';

const ARN = 'arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0f0f-1';
const IAM = { BootstrapBrokerStringSaslIam: 'b-1:9098,b-2:9098' };
const TLS = { BootstrapBrokerStringTls: 'b-1:9094' };
const THROTTLED = { status: 429, error: 'TooManyRequestsException', message: 'Rate exceeded' };

let api: MskApi;
beforeAll(async () => {
  api = await startMskApi();
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(() => {
  vi.stubEnv('AWS_ENDPOINT_URL_KAFKA', api.url);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterEach(() => vi.unstubAllEnvs());

const nowMs = () => Date.now();
const aws = (region: string | undefined = 'eu-west-1') =>
  awsKafka({ region, userAgent: 'test', nowMs });

describe('GetBootstrapBrokers', () => {
  test.each<[string, Record<string, string>]>([
    ['IAM', IAM],
    ['TLS alone', TLS],
    ['both', { ...IAM, ...TLS }],
    ['none', {}],
  ])('of a cluster with %s gives what AWS says', async (_, brokers) => {
    api.answer({ brokers });
    const { $metadata: _metadata, ...named } = {
      $metadata: {},
      ...(await aws().bootstrapBrokers(ARN)),
    };
    expect(named).toEqual(brokers);
  });

  test('is asked for the cluster, signed for its region, which may be another than ours', async () => {
    api.answer({ brokers: IAM });
    await aws().bootstrapBrokers(ARN);
    expect(api.requests.at(-1)).toEqual({
      line: `GET /v1/clusters/${ARN}/bootstrap-brokers`,
      scope: 'eu-west-1/kafka/aws4_request',
    });
  });

  test.each<[MskAnswer & object, boolean, string]>([
    [
      {
        status: 403,
        error: 'AccessDeniedException',
        message: 'no identity-based policy allows it',
      },
      false,
      '(AccessDeniedException: no identity-based policy allows it): give the function’s role kafka:GetBootstrapBrokers on this ARN',
    ],
    [
      { status: 404, error: 'NotFoundException', message: 'The cluster does not exist' },
      false,
      '(NotFoundException: The cluster does not exist): check that MSK_CLUSTER_ARN names a cluster that exists, in its region and account',
    ],
    [
      { status: 400, error: 'BadRequestException', message: 'not in one of the states' },
      false,
      '(BadRequestException: not in one of the states): check that MSK_CLUSTER_ARN is right and that the cluster is ACTIVE',
    ],
    [
      { status: 401, error: 'UnauthorizedException', message: 'who?' },
      false,
      '(UnauthorizedException: who?): the credentials are not valid: look at the function’s role',
    ],
    [
      THROTTLED,
      true,
      '(TooManyRequestsException: Rate exceeded): AWS is asked too often; the question is repeated',
    ],
    [
      { status: 503, error: 'ServiceUnavailableException', message: 'later' },
      true,
      '(ServiceUnavailableException: later): the fault is with AWS; the question is repeated',
    ],
  ])('%j is told with its remedy, after one request', async (answer, retriable, text) => {
    api.answer(answer);
    const before = api.requests.length;
    await expect(aws().bootstrapBrokers(ARN)).rejects.toMatchObject({
      name: 'BrokersUnknownError',
      message: `AWS did not name the brokers of ${ARN} ${text}`,
      retriable,
    });
    expect(api.requests.length).toBe(before + 1);
  });

  test('is given up after 3 s without an answer; the way to AWS is the remedy', async () => {
    api.answer('silence');
    const startedMs = performance.now();
    await expect(aws().bootstrapBrokers(ARN)).rejects.toMatchObject({
      retriable: true,
      message: expect.stringMatching(/\(TimeoutError: .*NAT gateway or the interface endpoint/),
    });
    // A second try would take as long again.
    expect(performance.now() - startedMs).toBeLessThan(5_900);
  });
});

describe('a token', () => {
  const urlOf = (token: string) => new URL(Buffer.from(token, 'base64url').toString());

  test('is made of the function’s credentials, for the cluster’s region', async () => {
    const url = urlOf(await aws().token());
    expect(url.host).toBe('kafka.eu-west-1.amazonaws.com');
    expect(url.searchParams.get('X-Amz-Credential')).toMatch(/^AKIDEXAMPLE\/\d{8}\/eu-west-1\//);
    expect(url.searchParams.get('User-Agent')).toBe('test');
  });

  test('is for the function’s own region where the cluster’s is not known', async () => {
    const url = urlOf(await awsKafka({ region: undefined, userAgent: 'test', nowMs }).token());
    expect(url.host).toBe('kafka.us-east-1.amazonaws.com');
  });
});

describe('a connection by MSK_CLUSTER_ARN', () => {
  let client: KafkaTestClient;
  let topic: string;
  beforeAll(async () => {
    client = await createKafkaTestClient(inject('kafkaBrokers'));
    topic = await client.makeTopic();
  });
  afterAll(() => client.close());

  const PLAIN = { brokers: { BootstrapBrokerString: inject('kafkaBrokers') } };

  async function connected<T>(
    use: (parts: {
      publisher: ReturnType<typeof createRecordPublisher>;
      reader: ReturnType<typeof createRecordReader>;
    }) => Promise<T>,
    env: Record<string, string> = {},
  ): Promise<T> {
    const config = parseConfig({ MSK_CLUSTER_ARN: ARN, ...env });
    const connection = kafkaConnectionOf(config, 'test');
    const deps = { connection, clock: systemClock };
    try {
      return await use({
        publisher: createRecordPublisher(deps),
        reader: createRecordReader(deps),
      });
    } finally {
      connection.close();
    }
  }

  test('asks AWS when it is first used, once for several topics', async () => {
    api.answer(PLAIN);
    const before = api.requests.length;
    await connected(async ({ publisher }) => {
      expect(api.requests.length).toBe(before);
      const other = await client.makeTopic();
      const requests = [topic, other, topic].map((one) => requestOf(one));
      const outcomes = await publisher.publish(requests, { deadlineMs: Date.now() + 20_000 });
      expect(outcomes.map(({ kind }) => kind)).toEqual(requests.map(() => 'acknowledged'));
      await publisher.publish([requestOf(topic)], { deadlineMs: Date.now() + 20_000 });
    });
    expect(api.requests.length).toBe(before + 1);
  });

  test.each<[string, readonly [MskAnswer, ...MskAnswer[]]]>([
    ['throttled', [THROTTLED, THROTTLED, PLAIN]],
    ['that lacks a permission at first', [{ status: 403, error: 'X', message: 'no' }, PLAIN]],
    ['that hangs', ['silence', PLAIN]],
  ])('tries on until AWS answers: %s', async (_, answers) => {
    api.answer(...answers);
    const errors: string[] = [];
    const outcomes = await connected(({ publisher }) =>
      publisher.publish([requestOf(topic)], {
        deadlineMs: Date.now() + 20_000,
        onFirstFailure: (_index, error) => errors.push(error.message),
      }),
    );
    expect(outcomes).toMatchObject([{ kind: 'acknowledged' }]);
    expect(errors).toEqual([expect.stringContaining(`AWS did not name the brokers of ${ARN}`)]);
  });

  test('leaves a record unsettled at the deadline where AWS never answers', async () => {
    api.answer('silence');
    const startedMs = performance.now();
    const outcomes = await connected(({ publisher }) =>
      publisher.publish([requestOf(topic)], { deadlineMs: Date.now() + 1_000 }),
    );
    expect(outcomes).toMatchObject([{ kind: 'unknown' }]);
    expect(performance.now() - startedMs).toBeLessThan(2_900);
  });

  test('tells at once, as Kafka being unavailable, what no waiting heals', async () => {
    api.answer({ status: 403, error: 'AccessDeniedException', message: 'no' });
    const startedMs = performance.now();
    const asking = connected(({ reader }) => reader.offsets(topic, Date.now() + 20_000));
    await expect(asking).rejects.toMatchObject({
      code: 'KAFKA_UNAVAILABLE',
      message: `Kafka at ${ARN} did not tell the offsets of ${topic}: AWS did not name the brokers of ${ARN} (AccessDeniedException: no): give the function’s role kafka:GetBootstrapBrokers on this ARN`,
    });
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });

  test('asks again where none of the brokers can be connected to any more', async () => {
    const gone = { brokers: { BootstrapBrokerString: '127.0.0.1:1,127.0.0.1:2' } };
    api.answer(gone, PLAIN);
    // The second question is worth it 30 s after the first.
    const startedMs = Date.now();
    const clock = { ...systemClock, nowMs: () => startedMs + (Date.now() - startedMs) * 60 };
    const source = createMskSource({
      clusterArn: ARN,
      auth: undefined,
      ask: (arn) => aws().bootstrapBrokers(arn),
      tokenOf: () => aws().token(),
      clock,
    });
    const connection = createKafkaConnection({ source, clientId: 'test' });
    const publisher = createRecordPublisher({ connection, clock: systemClock });
    const options = { deadlineMs: Date.now() + 20_000 };
    expect(await publisher.publish([requestOf(topic)], options)).toMatchObject([
      { kind: 'acknowledged' },
    ]);
    connection.close();
  });

  test('takes the way in that KAFKA_AUTH says', async () => {
    api.answer({ brokers: { ...IAM, ...PLAIN.brokers } });
    const offsets = await connected(({ reader }) => reader.offsets(topic, Date.now() + 20_000), {
      KAFKA_AUTH: 'none',
    });
    expect(offsets).toHaveLength(1);
  });
});
