import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { freePort, LOOPBACK } from '../../localstack/ports.ts';
import { startTestBroker, type TestBroker } from './broker.ts';
import { makeKeystore, PASSWORD, unsecuredToken } from './oauth-broker.ts';
import { testDir } from './test-stack.ts';

/** A broker that lets in with IAM tokens, and lets nobody do what no ACL allows. */
export interface IamBroker extends TestBroker {
  /** `host:port` for who has a token; `brokers` is in the clear, for whoever may do everything. */
  readonly iamBrokers: string;
  /** File of its certificate, for NODE_EXTRA_CA_CERTS. */
  readonly caFile: string;
  readonly ca: string;
  /** Access keys that were connected with. */
  readonly connected: ReadonlySet<string>;
}

/**
 * A real broker with Kafka's own authorizer. Whether a token of MSK is genuine AWS alone can judge, so something stands in
 * front of it that ends TLS and puts a token that Kafka itself takes in its place, for the access key that signed: the
 * principal. Everything else passes through as it is.
 */
export async function startIamBroker(): Promise<IamBroker> {
  const dir = mkdtempSync(join(testDir(), 'iam-'));
  const { keystore, ca, pem } = await makeKeystore(dir);
  const saslPort = await freePort();
  const connected = new Set<string>();
  const server = createServer({ pfx: readFileSync(keystore), passphrase: PASSWORD }, (client) => {
    const broker = connect(saslPort, LOOPBACK);
    const end = () => [client, broker].forEach((socket: Socket) => socket.destroy());
    for (const socket of [client, broker]) socket.on('error', end).on('close', end);
    broker.pipe(client);
    const frames = createFrames((frame) => broker.write(exchangeToken(frame, connected)));
    client.on('data', frames);
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  const iamBrokers = `${LOOPBACK}:${(server.address() as AddressInfo).port}`;
  const broker = await startTestBroker(({ port, controllerPort }) => ({
    listeners: `PLAINTEXT://${LOOPBACK}:${port},SASL_PLAINTEXT://${LOOPBACK}:${saslPort},CONTROLLER://${LOOPBACK}:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${LOOPBACK}:${port},SASL_PLAINTEXT://${iamBrokers}`,
    'listener.security.protocol.map':
      'PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
    'listener.name.sasl_plaintext.sasl.enabled.mechanisms': 'OAUTHBEARER',
    'listener.name.sasl_plaintext.oauthbearer.sasl.jaas.config':
      'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;',
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
  }));
  return {
    ...broker,
    iamBrokers,
    caFile: pem,
    ca,
    connected,
    async [Symbol.asyncDispose]() {
      server.close();
      await broker[Symbol.asyncDispose]();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Cuts what comes into requests, their length included. */
function createFrames(onFrame: (frame: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const length = 4 + rest.readInt32BE(0);
      onFrame(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  };
}

const SASL_AUTHENTICATE = 36;
const DAY_MS = 24 * 60 * 60 * 1000;

/** https://kafka.apache.org/41/design/protocol/: length, api key, api version, correlation id, client id, then bytes. */
function exchangeToken(frame: Buffer, connected: Set<string>): Buffer {
  if (frame.readInt16BE(4) !== SASL_AUTHENTICATE) return frame;
  const bytesAt = 14 + Math.max(0, frame.readInt16BE(12));
  const message = frame.subarray(bytesAt + 4).toString();
  const [, token = ''] = /auth=Bearer ([\w-]+)/.exec(message) ?? [];
  const url = new URL(Buffer.from(token, 'base64url').toString());
  const key = url.searchParams.get('X-Amz-Credential')?.split('/')[0] ?? '';
  if (url.searchParams.get('Action') === 'kafka-cluster:Connect') connected.add(key);
  const own = unsecuredToken({ sub: key, expiresAtMs: Date.now() + DAY_MS });
  const bytes = Buffer.from(message.replace(token, own));
  const head = Buffer.from(frame.subarray(0, bytesAt + 4));
  head.writeInt32BE(bytesAt + bytes.length, 0);
  head.writeInt32BE(bytes.length, bytesAt);
  return Buffer.concat([head, bytes]);
}
