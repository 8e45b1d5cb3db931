import { mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ensureKafkaJars } from '../../localstack/kafka-jars.ts';
import type { BrokerOwnProperties } from '../../localstack/kafka-properties.ts';
import { type KafkaServer, startKafka } from '../../localstack/kafka.ts';
import { testDir } from './test-stack.ts';

/** A broker of one test file's own, which it may stop, kill, freeze and start again. */
export interface TestBroker {
  /** `host:port`; the same after a restart. */
  readonly brokers: string;
  readonly logFile: string;
  /** Clean stop. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open, nothing is answered. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** Starts it again, on the same port and data; stops it first where it runs. */
  restart(): Promise<void>;
  /** Stops it and removes its data: call it in afterAll. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a broker on a free port, with data of its own. About 3 s. */
export async function startTestBroker(properties?: BrokerOwnProperties): Promise<TestBroker> {
  const dir = mkdtempSync(join(testDir(), 'broker-'));
  const jarsDir = await ensureKafkaJars(process.env, () => undefined);
  const dataDir = join(dir, 'data');
  const logFile = `${dir}.log`;
  const start = (port: number) => startKafka({ dataDir, port, logFile, jarsDir, properties });
  let server: KafkaServer = await start(0);
  console.error(`broker ${basename(dir)} logs to ${logFile}`);
  const stop = async () => {
    server.signal('SIGCONT'); // A frozen process takes no SIGTERM.
    await server.stop();
  };
  return {
    brokers: server.brokers,
    logFile,
    stop,
    kill: () => server.kill(),
    freeze: () => server.signal('SIGSTOP'),
    thaw: () => server.signal('SIGCONT'),
    restart: async () => {
      await stop();
      server = await start(server.port);
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
