import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { javaCommand } from '../../localstack/java.ts';
import { freePort, LOOPBACK } from '../../localstack/ports.ts';
import { startTestBroker, type TestBroker } from './broker.ts';
import { testDir } from './test-stack.ts';

/** A broker with a second listener that wants TLS and SASL/OAUTHBEARER. */
export interface OAuthBroker extends TestBroker {
  /** `host:port` of that listener; `brokers` is in the clear. */
  readonly oauthBrokers: readonly string[];
  /** Its certificate, self-signed, PEM. */
  readonly ca: string;
}

/**
 * Takes unsecured JSON web tokens (unsecuredToken), as Kafka itself brings them: a token of MSK is judged by AWS alone.
 * https://kafka.apache.org/41/security/authentication-using-sasl/
 * @param sessionMs how long a connection may go on without authenticating anew (KIP-368)
 */
export async function startOAuthBroker(sessionMs: number): Promise<OAuthBroker> {
  const dir = mkdtempSync(join(testDir(), 'oauth-'));
  const { keystore, ca } = await makeKeystore(dir);
  const oauthPort = await freePort();
  const broker = await startTestBroker(({ port, controllerPort }) => {
    const listeners = `PLAINTEXT://${LOOPBACK}:${port},SASL_SSL://${LOOPBACK}:${oauthPort}`;
    const listener = 'listener.name.sasl_ssl';
    return {
      listeners: `${listeners},CONTROLLER://${LOOPBACK}:${controllerPort}`,
      'advertised.listeners': listeners,
      'listener.security.protocol.map':
        'PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT',
      [`${listener}.ssl.keystore.location`]: keystore,
      [`${listener}.ssl.keystore.type`]: 'PKCS12',
      [`${listener}.ssl.keystore.password`]: PASSWORD,
      [`${listener}.ssl.key.password`]: PASSWORD,
      [`${listener}.sasl.enabled.mechanisms`]: 'OAUTHBEARER',
      [`${listener}.oauthbearer.sasl.jaas.config`]:
        'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;',
      [`${listener}.oauthbearer.connections.max.reauth.ms`]: sessionMs,
    };
  });
  return {
    ...broker,
    oauthBrokers: [`${LOOPBACK}:${oauthPort}`],
    ca,
    async [Symbol.asyncDispose]() {
      await broker[Symbol.asyncDispose]();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Of no worth: the key lives as long as the test. */
export const PASSWORD = 'changeit';

/** Key and self-signed certificate of 127.0.0.1; `pem` is the file of `ca`. */
export async function makeKeystore(
  dir: string,
): Promise<{ keystore: string; ca: string; pem: string }> {
  const keystore = join(dir, 'broker.p12');
  const pem = join(dir, 'broker.pem');
  const keytool = join(dirname(javaCommand(process.env)), 'keytool');
  const store = ['-keystore', keystore, '-storetype', 'PKCS12', '-storepass', PASSWORD];
  const run = promisify(execFile);
  const names = ['-dname', 'CN=localhost', '-ext', `san=ip:${LOOPBACK}`, '-ext', 'bc:c=ca:true'];
  await run(keytool, ['-genkeypair', '-alias', 'broker', '-keyalg', 'EC', ...names, ...store]);
  await run(keytool, ['-exportcert', '-rfc', '-alias', 'broker', '-file', pem, ...store]);
  return { keystore, ca: readFileSync(pem, 'utf8'), pem };
}

/** A token that such a broker takes while it has not ended. */
export function unsecuredToken(claims: { readonly sub?: string; readonly expiresAtMs: number }) {
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
  const { sub = 'order-service', expiresAtMs } = claims;
  const body = { sub, iat: (Date.now() - 1000) / 1000, exp: expiresAtMs / 1000 };
  return `${part({ alg: 'none' })}.${part(body)}.`;
}
