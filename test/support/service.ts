import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { groupOf, parseConfig, type Config } from '../../lib/config.ts';
import { partitionOfKey } from '../../lib/decide/partition.ts';
import type { ConsumedRecord, RecordContent } from '../../lib/model/record.ts';
import { ensureTopics } from '../../localstack/topics.ts';
import type { Behaviour } from '../../plugins/event-source-mapping/local/behaviour.ts';
import { orderEvent } from './builders.ts';
import type { FromProcess } from './event-source-process.ts';
import { startEventSourceProcess, type RunningEventSource } from './event-source.ts';
import {
  createTopic,
  createKafkaTestClient,
  deleteTopic,
  type KafkaTestClient,
} from './kafka-client.ts';
import type { LogLine } from './log-lines.ts';
import { secondBusinessBundles } from './second-business.ts';
import { behaviourOf, serviceMappings } from './service-mappings.ts';
import { createStores, type Stores } from './stores.ts';
import { testDir, type TestStack } from './test-stack.ts';
import { until } from './until.ts';

export interface ServiceOptions {
  /** Over the harness's own settings: waits of 200, 400, 800 ms. */
  readonly env?: Readonly<Record<string, string>>;
  /** How the mappings take unsettled records. */
  readonly mode?: 'partial' | 'throw';
  /** Instead of the shared broker. */
  readonly brokers?: string;
  /** test/fixtures/second-business in the place of orders. */
  readonly business?: 'orders' | 'second';
  /** Functions to run instead of those. */
  readonly bundleDir?: string;
  /** Outside of a test run, which has one of its own. */
  readonly stack?: Pick<
    TestStack,
    'kafkaBrokers' | 'schemaRegistryUrl' | 'dynamodbEndpoint' | 'bundleDir'
  >;
  /** Invocations of a mapping at the same time. */
  readonly concurrency?: number;
}

/** A place to produce to, and what; what is left out is null or empty. */
export type Produced = Partial<RecordContent> & { readonly partition?: number };

export interface Place {
  readonly partition: number;
  readonly offset: number;
}

/** A line of a function's structured log. */
export type FunctionLine = LogLine & { readonly function: string };

/** The service on a broker: its topics, its packaged functions behind the local event source, and ways to look at it. */
export interface Service extends Stores {
  readonly config: Config;
  /** Unique; a part of all its names. */
  readonly name: string;
  readonly client: KafkaTestClient;
  /** What comes again with a record that was reported. */
  readonly redelivery: Behaviour['redelivery'];
  /** A record with an order whose id begins so, keyed by that id. */
  order(idPrefix: string, over?: Record<string, unknown>): RecordContent & { readonly id: string };
  /** Writes to the order topic; the key decides the partition where none is named. */
  produce(...records: readonly Produced[]): Promise<readonly Place[]>;
  produceTo(topic: string, ...records: readonly Produced[]): Promise<readonly Place[]>;
  readTopic(topic: string): Promise<readonly ConsumedRecord[]>;
  /** All that the functions logged so far. */
  logged(): readonly FunctionLine[];
  /** Those with this message. */
  linesOf(message: string): readonly FunctionLine[];
  /** Waits for so many lines with this message. */
  untilLogged(message: string, count?: number): Promise<readonly FunctionLine[]>;
  /** Waits until everything on the topic is committed by its mapping. */
  untilAllCommitted(topic?: string): Promise<void>;
  /** Committed offsets of the topic's mapping, by partition. */
  committed(topic?: string): Promise<ReadonlyMap<number, number>>;
  createTopic(topic: string): Promise<void>;
  deleteTopic(topic: string): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** SIGKILL of the event source and the functions. */
  kill(): Promise<void>;
  killFunctions(): number;
  [Symbol.asyncDispose](): Promise<void>;
}

const SETTINGS = {
  DLQ_RETRY_BACKOFF_MS: '200',
  FUNCTION_TIMEOUT_MS: '30000',
  BATCH_SIZE_MAX: '20',
  ORDER_FAILURE_SIMULATION: 'on',
};

/** Starts it; resolves when every mapping reads. Dispose of it: it deletes nothing, but leaves no process. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const { mode = 'partial', stack = injectedStack(), concurrency = 2 } = options;
  const { brokers = stack.kafkaBrokers } = options;
  const name = `t-${randomUUID().slice(0, 8)}`;
  const environment = {
    ...SETTINGS,
    // A cold start on a busy machine is no failure of a record; where a thrown error answers, a whole batch has to fit.
    PROCESSING_TIMEOUT_MS: mode === 'partial' ? '10000' : '1000',
    KAFKA_BROKERS: brokers,
    KAFKA_ORDER_TOPIC: `${name}-orders`,
    KAFKA_DLQ_TOPIC: `${name}-dlq`,
    KAFKA_CONSUMER_GROUP: `${name}-group`,
    PARTIAL_BATCH_RESPONSES: mode === 'partial' ? 'on' : 'off',
    SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
    AWS_ENDPOINT_URL_DYNAMODB: stack.dynamodbEndpoint,
    ...options.env,
  };
  const config = parseConfig(environment);
  const bundleDir =
    options.bundleDir ??
    (options.business === 'second' ? await secondBusinessBundles() : stack.bundleDir);
  await ensureTopics(brokers, config);
  const client = await createKafkaTestClient(brokers);
  const lines: FunctionLine[] = [];
  const logFile = join(testDir(), `${name}.log`);
  let running: RunningEventSource | undefined;

  const onMessage = (message: FromProcess) => {
    appendFileSync(logFile, `${JSON.stringify(message)}\n`);
    if (message.kind !== 'output') return;
    const line = parseLine(message.output.line);
    if (line !== undefined) lines.push({ ...line, function: message.output.functionName });
  };
  const start = async () => {
    running = startEventSourceProcess(
      {
        brokers: brokers.split(','),
        ...serviceMappings({ config, environment, bundleDir, concurrency }),
      },
      onMessage,
    );
    await running.ready;
  };
  const describe = () => `What happened: ${logFile}`;
  const soon = () => Date.now() + 30_000;

  const service: Service = {
    ...createStores({ config, client, describe, dynamodbEndpoint: stack.dynamodbEndpoint }),
    config,
    name,
    client,
    redelivery: behaviourOf(process.env).redelivery,
    order(idPrefix, over = {}) {
      const id = `${idPrefix}-${name}`;
      const value = Buffer.from(JSON.stringify(orderEvent({ orderId: id, ...over })));
      return { id, key: Buffer.from(id), value, headers: [] };
    },
    produce: (...records) => service.produceTo(config.topics.order, ...records),
    async produceTo(topic, ...records) {
      const requests = records.map(({ key = null, value = null, headers = [], partition }) => ({
        topic,
        build: (count: number) => ({
          key,
          value,
          headers,
          partition: partition ?? (key === null ? 0 : partitionOfKey(key, count)),
        }),
      }));
      const outcomes = await client.publisher.publish(requests, { deadlineMs: soon() });
      return outcomes.map((outcome) => {
        if (outcome.kind !== 'acknowledged') throw outcome.error;
        return outcome;
      });
    },
    async readTopic(topic) {
      const partitions = (await client.reader.offsets(topic, soon())) ?? [];
      const lists = partitions.map(({ partition }) => client.readAll(topic, partition));
      return (await Promise.all(lists)).flat();
    },
    logged: () => lines,
    linesOf: (message) => lines.filter((line) => line.message === message),
    untilLogged: (message, count = 1) =>
      until(
        `"${message}" in the log, ${count} times`,
        () => {
          const found = service.linesOf(message);
          return found.length >= count ? found : undefined;
        },
        { describe },
      ),
    async untilAllCommitted(topic = config.topics.order) {
      const offsets = (await client.reader.offsets(topic, soon())) ?? [];
      await until(
        `everything on ${topic} committed`,
        async () => {
          const committed = await service.committed(topic);
          const behind = offsets.filter(
            ({ partition, highOffset }) => (committed.get(partition) ?? 0) < highOffset,
          );
          return behind.length === 0 ? true : undefined;
        },
        { describe },
      );
    },
    committed: (topic = config.topics.order) =>
      client.inspector.committedOffsets(groupOf(topic, config), topic, soon()),
    createTopic: (topic) => createTopic(client.admin, topic, 4),
    deleteTopic: (topic) => deleteTopic(client.admin, topic),
    start,
    stop: async () => running?.stop(),
    kill: async () => running?.kill(),
    killFunctions: () => running?.killFunctions() ?? 0,
    async [Symbol.asyncDispose]() {
      await running?.kill();
      await client.close();
    },
  };
  await start();
  return service;
}

function injectedStack() {
  return {
    kafkaBrokers: inject('kafkaBrokers'),
    schemaRegistryUrl: inject('schemaRegistryUrl'),
    dynamodbEndpoint: inject('dynamodbEndpoint'),
    bundleDir: inject('bundleDir'),
  };
}

function parseLine(text: string): LogLine | undefined {
  try {
    const line = JSON.parse(text) as Partial<LogLine>;
    return typeof line.message === 'string' || '_aws' in line ? (line as LogLine) : undefined;
  } catch {
    return undefined;
  }
}
