import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseConfig } from '../../lib/config.ts';
import { createKafkaConnection, type KafkaConnection } from '../../lib/effect/kafka/connection.ts';
import { oauthBearer, type TokenOf } from '../../lib/effect/kafka/oauth-bearer.ts';
import { createRecordPublisher } from '../../lib/effect/kafka/publisher.ts';
import { createRecordReader } from '../../lib/effect/kafka/reader.ts';
import { systemClock } from '../../lib/effect/system-clock.ts';
import { kafkaConnectionOf } from '../../lib/wire-kafka.ts';
import { createKafkaTestClient, requestOf, type KafkaTestClient } from '../support/kafka-client.ts';
import { startMskApi } from '../support/msk-api.ts';
import { startOAuthBroker, unsecuredToken, type OAuthBroker } from '../support/oauth-broker.ts';

const SESSION_MS = 4_000;

let broker: OAuthBroker;
let client: KafkaTestClient;
let topic: string;
beforeAll(async () => {
  broker = await startOAuthBroker(SESSION_MS);
  client = await createKafkaTestClient(broker.brokers);
  topic = await client.makeTopic();
});
afterAll(async () => {
  await client.close();
  await broker[Symbol.asyncDispose]();
});

const trusted = getCACertificates('default');
const connections: KafkaConnection[] = [];
afterEach(() => {
  for (const connection of connections.splice(0)) connection.close();
  setDefaultCACertificates(trusted);
  vi.unstubAllEnvs();
});

/** What the functions have, but for the token and the certificate. Counts tokens. */
function connect(tokenOf: TokenOf = goodToken, clock = systemClock) {
  let tokens = 0;
  const connection = createKafkaConnection({
    brokers: broker.oauthBrokers,
    ssl: { ca: broker.ca },
    sasl: oauthBearer(() => {
      tokens += 1;
      return tokenOf();
    }),
    clientId: 'test',
    clock,
  });
  connections.push(connection);
  const publisher = createRecordPublisher({ connection, clock: systemClock });
  return {
    connection,
    tokens: () => tokens,
    reader: createRecordReader({ connection, clock: systemClock }),
    /** One record; the errors are those of first failures. */
    publish: async (withinMs = 20_000) => {
      const errors: string[] = [];
      const [outcome] = await publisher.publish([requestOf(topic)], {
        deadlineMs: Date.now() + withinMs,
        onFirstFailure: (_, error) => errors.push(error.message),
      });
      return { kind: outcome?.kind, errors };
    },
  };
}

const goodToken = () => Promise.resolve(unsecuredToken({ expiresAtMs: Date.now() + 900_000 }));
const OK = { kind: 'acknowledged', errors: [] };

describe('a broker that wants SASL/OAUTHBEARER over TLS', () => {
  test('takes a token for each connection, and then what is sent', async () => {
    const { publish, tokens, connection } = connect();
    expect(await publish()).toEqual(OK);
    expect(await publish()).toEqual(OK);
    expect(tokens()).toBe(1);
    connection.drop(new Error('test'));
    expect(await publish()).toEqual(OK);
    expect(tokens()).toBe(2);
  });

  test('without a token nothing is written', async () => {
    const connection = createKafkaConnection({
      brokers: broker.oauthBrokers,
      ssl: { ca: broker.ca },
      clientId: 'test',
    });
    connections.push(connection);
    const publisher = createRecordPublisher({ connection, clock: systemClock });
    const options = { deadlineMs: Date.now() + 1_000 };
    const [outcome] = await publisher.publish([requestOf(topic)], options);
    expect(outcome?.kind).toBe('unknown');
  });

  test('a session is renewed on its connection before it ends, and nothing fails', async () => {
    const { publish, tokens, connection } = connect();
    expect(await publish()).toEqual(OK);
    const before = await connection.broker('any', Date.now() + 5_000);
    await systemClock.sleep(SESSION_MS * 0.95);
    const both = await Promise.all([publish(), publish()]);
    expect(both).toEqual([OK, OK]);
    expect(tokens()).toBe(2);
    expect(await connection.broker('any', Date.now() + 5_000)).toBe(before);
  });

  test('a session that the broker ended costs one try, and the connection is replaced', async () => {
    const frozen = Date.now();
    const { publish, tokens } = connect(goodToken, { ...systemClock, nowMs: () => frozen });
    expect(await publish()).toEqual(OK);
    await systemClock.sleep(SESSION_MS + 500);
    expect(await publish()).toMatchObject({ kind: 'acknowledged', errors: [expect.any(String)] });
    expect(tokens()).toBe(2);
  });

  test.each([
    ['ended', () => Promise.resolve(unsecuredToken({ expiresAtMs: Date.now() - 60_000 }))],
    ['of another format', () => Promise.resolve('https://not-a-jwt')],
  ])(
    'a token that is %s is told as refused, and the record stays unsettled',
    async (_, tokenOf) => {
      const { publish } = connect(tokenOf);
      const { kind, errors } = await publish(1_500);
      expect(kind).toBe('unknown');
      expect(errors).toHaveLength(1);
      expect(errors[0]).toContain(`${broker.oauthBrokers[0]} refused the token (`);
      expect(errors[0]).toContain('kafka-cluster:Connect');
    },
  );

  test('a token that could not be made is told, with its cause', async () => {
    const { reader } = connect(() => Promise.reject(new Error('no credentials')));
    await expect(reader.offsets(topic, Date.now() + 1_000)).rejects.toMatchObject({
      code: 'KAFKA_UNAVAILABLE',
      message: expect.stringContaining('no credentials') as unknown,
    });
  });

  test('by MSK_CLUSTER_ARN it gets TLS and the token of MSK, which it can but refuse', async () => {
    await using msk = await startMskApi();
    msk.answer({ brokers: { BootstrapBrokerStringSaslIam: broker.oauthBrokers.join(',') } });
    vi.stubEnv('AWS_ENDPOINT_URL_KAFKA', msk.url);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    setDefaultCACertificates([...trusted, broker.ca]);
    const arn = 'arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0f0f-1';
    const connection = kafkaConnectionOf(parseConfig({ MSK_CLUSTER_ARN: arn }), 'test');
    connections.push(connection);
    const reader = createRecordReader({ connection, clock: systemClock });
    await expect(reader.offsets(topic, Date.now() + 3_000)).rejects.toMatchObject({
      code: 'KAFKA_UNAVAILABLE',
      message: expect.stringMatching(/refused the token \(.*invalid_token.*\)/) as unknown,
    });
  });

  test('goes on with a good token after a refused one', async () => {
    let tries = 0;
    const { publish } = connect(() => (++tries === 1 ? Promise.resolve('bad') : goodToken()));
    const { kind, errors } = await publish();
    expect(kind).toBe('acknowledged');
    expect(errors).toHaveLength(1);
  });
});
