import { tableInputs } from '../infra/tables.ts';
import type { Config } from '../lib/config.ts';
import { type DynamoDbServer, startDynamoDb } from './dynamodb.ts';
import { ensureKafkaJars } from './kafka-jars.ts';
import { type KafkaServer, startKafka } from './kafka.ts';
import { LocalError } from './local-error.ts';
import { lastWordsOf } from './log-tail.ts';
import type { Environment } from './paths.ts';
import { fetchProgress, whileWaiting } from './progress.ts';
import { ensureRegistryJars } from './registry-jars.ts';
import { type RegistryServer, startSchemaRegistry } from './schema-registry.ts';
import { stackFiles, type StackSettings } from './settings.ts';
import { ensureTopics } from './topics.ts';

/** Kafka, the schema registry and DynamoDB, up, with topics and tables. */
export interface Servers {
  readonly kafka: string;
  readonly schemaRegistry: string;
  readonly dynamodb: string;
  /** Resolves, with what to tell, when a server ends that nobody stopped. Never rejects. */
  readonly broken: Promise<LocalError>;
  /** Stops what we started; resolves when it has ended. Never rejects. May be called again. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly settings: StackSettings;
  readonly config: Config;
  readonly env: Environment;
  /** Tells a person how far it is, one line at a time. */
  readonly say: (line: string) => void;
  /** Aborts when the start is not wanted any more. */
  readonly signal: AbortSignal;
}

/**
 * Starts what is not running yet. Where one part fails, or the signal aborts, the others are stopped before it throws.
 * @throws LocalError with cause and remedy
 */
export async function startServers(start: StartOptions): Promise<Servers> {
  const failed = new AbortController();
  const options = { ...start, signal: AbortSignal.any([start.signal, failed.signal]) };
  const orAbort = (error: unknown) => {
    failed.abort(error); // One part that cannot come up: no need to wait for the other.
    throw error;
  };
  const [kafka, registry, dynamodb] = await Promise.allSettled([
    kafkaPart(options).catch(orAbort),
    registryPart(options).catch(orAbort),
    dynamoDbPart(options).catch(orAbort),
  ]);
  const running: Running[] = [
    ...(kafka.status === 'fulfilled' && kafka.value.server
      ? [{ name: 'Kafka', server: kafka.value.server }]
      : []),
    ...(registry.status === 'fulfilled' && registry.value.server
      ? [{ name: 'The schema registry', server: registry.value.server }]
      : []),
    ...(dynamodb.status === 'fulfilled'
      ? [{ name: 'The DynamoDB stand-in', server: dynamodb.value }]
      : []),
  ];
  let stopping = false;
  const stop = async () => {
    stopping = true;
    await Promise.all(running.map(({ server }) => server.stop()));
  };
  if (
    kafka.status === 'rejected' ||
    registry.status === 'rejected' ||
    dynamodb.status === 'rejected' ||
    start.signal.aborted
  ) {
    await stop();
    throw failed.signal.reason ?? start.signal.reason;
  }
  const broken = new Promise<LocalError>((resolve) => {
    for (const { name, server } of running) {
      void server.exited.then(({ code }) => {
        if (!stopping) resolve(brokenFailure(name, code, server.logFile));
      });
    }
  });
  return {
    kafka: kafka.value.brokers,
    schemaRegistry: registry.value.url,
    dynamodb: dynamodb.value.endpoint,
    broken,
    stop,
  };
}

interface Running {
  readonly name: string;
  readonly server: KafkaServer | RegistryServer | DynamoDbServer;
}

/** The registry that is named, or one of our own: with Kafka, not after it. */
async function registryPart({ settings, env, say, signal }: StartOptions) {
  if (settings.schemaRegistryUrl !== undefined) return { url: settings.schemaRegistryUrl };
  const files = stackFiles(settings.dir);
  const jarsDir = await ensureRegistryJars(env, fetchProgress(say), signal);
  const startedMs = Date.now();
  const starting = startSchemaRegistry({
    dataDir: files.registryData,
    port: settings.ports.schemaRegistry.port,
    logFile: files.registryLog,
    jarsDir,
    env,
    signal,
  });
  const what = `the schema registry, which logs to ${files.registryLog}`;
  const server = await whileWaiting(what, say, starting);
  say(`schema registry on ${server.url} (${seconds(startedMs)}), log: ${server.logFile}`);
  return { server, url: server.url };
}

async function kafkaPart(options: StartOptions) {
  const { settings, config, say, signal } = options;
  const server = settings.kafkaBrokers === undefined ? await ownKafka(options) : undefined;
  const brokers = settings.kafkaBrokers ?? server?.brokers ?? '';
  try {
    signal.throwIfAborted();
    const { created, warnings } = await ensureTopics(brokers, config);
    if (created.length > 0) say(`topics created: ${created.join(', ')}`);
    for (const warning of warnings) say(warning);
  } catch (error) {
    await server?.stop();
    throw error;
  }
  return { server, brokers };
}

async function ownKafka({ settings, env, say, signal }: StartOptions): Promise<KafkaServer> {
  const files = stackFiles(settings.dir);
  const jarsDir = await ensureKafkaJars(env, fetchProgress(say), signal);
  const startedMs = Date.now();
  const starting = startKafka({
    dataDir: files.kafkaData,
    port: settings.ports.kafka.port,
    logFile: files.kafkaLog,
    jarsDir,
    env,
    signal,
  });
  const server = await whileWaiting(`Kafka, which logs to ${files.kafkaLog}`, say, starting);
  say(`Kafka on ${server.brokers} (${seconds(startedMs)}), log: ${server.logFile}`);
  return server;
}

async function dynamoDbPart({ settings, config, say }: StartOptions): Promise<DynamoDbServer> {
  const files = stackFiles(settings.dir);
  const startedMs = Date.now();
  const server = await startDynamoDb({
    dataDir: files.dynamodbData,
    port: settings.ports.dynamodb.port,
    logFile: files.dynamodbLog,
    tables: tableInputs(config),
  });
  say(`DynamoDB stand-in on ${server.endpoint} (${seconds(startedMs)})`);
  return server;
}

/** 128 + SIGKILL. */
const KILLED = 137;
const OUT_OF_MEMORY =
  'Where nobody killed it, the machine may have run out of memory (dmesg tells): close something, and start again.';

function brokenFailure(name: string, code: number, logFile: string): LocalError {
  const how = code > 128 ? `was ended by signal ${code - 128}` : `ended (exit code ${code})`;
  return new LocalError(
    `${name} ${how} while the stack was up. Its last lines:\n${lastWordsOf(logFile)}`,
    `The whole log is in ${logFile}. The stack is stopped; its data stays.${code === KILLED ? ` ${OUT_OF_MEMORY}` : ''}`,
  );
}

function seconds(sinceMs: number): string {
  return `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;
}
