import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  claimedServer,
  deathOf,
  faultOf,
  startClaimed,
  type ClaimedServer,
} from './claimed-server.ts';
import { newClusterId } from './cluster-id.ts';
import { type GuardedProcess, startGuarded } from './guarded-process.ts';
import { javaCommand } from './java.ts';
import { groupsReady, kafkaHealthy } from './kafka-health.ts';
import { brokerProperties, type BrokerOwnProperties } from './kafka-properties.ts';
import { LocalError } from './local-error.ts';
import { lastWordsOf } from './log-tail.ts';
import type { Environment } from './paths.ts';
import { freePort, LOOPBACK } from './ports.ts';
import type { Claim } from './process-record.ts';

export interface KafkaOptions {
  /** Folder of the data; made and formatted where it is not there. */
  readonly dataDir: string;
  /** Port on loopback; 0 = any free one. */
  readonly port: number;
  /** Gets what the broker says; one file that grew over 16 MiB is put aside at a start. */
  readonly logFile: string;
  /** Folder of the jars (kafka-jars.ts). */
  readonly jarsDir: string;
  /** Longest time until the broker answers; default 60 s. */
  readonly startTimeoutMs?: number;
  /** JVM heap, e.g. '512m' (the default). */
  readonly heap?: string;
  /** Settings of the caller's own; the listener on `port` stays in the clear, since we look there whether it serves. */
  readonly properties?: BrokerOwnProperties | undefined;
  readonly env?: Environment;
  /** Aborts the start: the broker is stopped, and the promise rejects. */
  readonly signal?: AbortSignal;
}

/** A running broker. */
export interface KafkaServer extends ClaimedServer {
  /** `host:port`, as clients take it. */
  readonly brokers: string;
  readonly port: number;
}

const STOP_GRACE_MS = 15_000;

/** What happens all the time is left out, so that the log of a stack that is kept up stays small. */
const LOG_SETTINGS = [
  'showDateTime=true',
  'dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS',
  'log.org.apache.kafka.storage.internals.log=warn',
  'log.org.apache.kafka.common.config=warn',
  'log.state.change.logger=warn',
  'log.org.apache.kafka.image.publisher=warn',
  // Who was let do what: said only where a broker has an authorizer.
  'log.kafka.authorizer.logger=debug',
]
  .map((setting) => `-Dorg.slf4j.simpleLogger.${setting}`)
  .concat(`-Dlog4j2.configurationFile=${join(import.meta.dirname, 'log4j2.properties')}`);

/**
 * Starts a real Apache Kafka, broker and controller in one process, and resolves when it serves.
 * @throws LocalError where the data is in use, or the broker ends or stays silent while starting
 */
export async function startKafka(options: KafkaOptions): Promise<KafkaServer> {
  mkdirSync(join(options.dataDir, '..'), { recursive: true });
  const text = {
    what: `The Kafka data in ${options.dataDir}`,
    remedy: 'Stop that one first, or use another folder.',
  };
  const prepare = () => formatStorage(options);
  return startClaimed(
    { ...options, portTaken: /Address already in use/, text, prepare },
    (port, held) => startBroker(options, port, held),
  );
}

async function startBroker(options: KafkaOptions, port: number, held: Claim): Promise<KafkaServer> {
  const { dataDir, logFile, properties: own } = options;
  const propertiesFile = `${dataDir}.properties`;
  const controllerPort = await freePort();
  writeFileSync(propertiesFile, brokerProperties({ dataDir, port, controllerPort, own }));
  const broker = await runJava(options, ['kafka.Kafka', propertiesFile]);
  held.noteChild(broker);

  const brokers = `${LOOPBACK}:${port}`;
  const died = deathOf(broker);
  const over = AbortSignal.any([died, ...(options.signal ? [options.signal] : [])]);
  const timeoutMs = options.startTimeoutMs ?? 60_000;
  // Where two starts took one port at once, the other's broker answers there, and ours is about to end.
  const isOurs = await kafkaHealthy(brokers, timeoutMs, over, clusterIdOf(dataDir));
  const healthy = isOurs && (await groupsReady(brokers, timeoutMs, over));
  if (!healthy || over.aborted) {
    const what = await faultOf(broker, died, timeoutMs);
    await broker.stop(0);
    options.signal?.throwIfAborted();
    throw startFailure(logFile, what);
  }
  return {
    brokers,
    port,
    ...claimedServer(broker, held, { logFile, stopGraceMs: STOP_GRACE_MS }),
  };
}

function clusterIdOf(dataDir: string): string | undefined {
  const text = readFileSync(join(dataDir, 'meta.properties'), 'utf8');
  return /^cluster\.id=(.+)$/m.exec(text)?.[1];
}

/** Gives a new data folder its cluster id. The folder gets its name last, so that half a format is none. */
async function formatStorage(options: KafkaOptions): Promise<void> {
  const { dataDir, logFile } = options;
  if (existsSync(join(dataDir, 'meta.properties'))) return;
  const fresh = `${dataDir}.new`;
  rmSync(fresh, { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
  const propertiesFile = `${dataDir}.properties`;
  writeFileSync(
    propertiesFile,
    brokerProperties({ dataDir: fresh, port: 9092, controllerPort: 9093 }),
  );
  const args = ['kafka.tools.StorageTool', 'format', '-t', newClusterId(), '-c', propertiesFile];
  const { code } = await (await runJava(options, args)).exited;
  if (code !== 0)
    throw startFailure(logFile, `could not format its data folder (exit code ${code})`);
  renameSync(fresh, dataDir);
}

function runJava(options: KafkaOptions, args: readonly string[]): Promise<GuardedProcess> {
  const env = options.env ?? process.env;
  const heap = options.heap ?? '512m';
  return startGuarded({
    command: javaCommand(env),
    args: [
      `-Xmx${heap}`,
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      '-XX:+ExitOnOutOfMemoryError',
      ...LOG_SETTINGS,
      '-cp',
      join(options.jarsDir, '*'),
      ...args,
    ],
    logFile: options.logFile,
    env: { ...env },
  });
}

function startFailure(logFile: string, what: string): LocalError {
  return new LocalError(
    `Kafka ${what}. Its last lines:\n${lastWordsOf(logFile)}`,
    `The whole log is in ${logFile}.`,
  );
}
