import { Admin, Producer } from '@platformatic/kafka';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import {
  startEventSource,
  type EventSource,
} from '../../plugins/event-source-mapping/local/event-source.ts';
import type { Behaviour } from '../../plugins/event-source-mapping/local/behaviour.ts';
import type { BatchLineLevel } from '../../plugins/event-source-mapping/local/delivery-log.ts';
import type { MappingDeclaration } from '../../plugins/event-source-mapping/local/types.ts';

/** A record to be written; what is left out is null or none. */
export interface TestRecord {
  readonly partition?: number;
  readonly key?: Uint8Array | string | null;
  readonly value?: Uint8Array | string | null;
  readonly headers?: readonly (readonly [string, Uint8Array | null])[];
  /** Epoch milliseconds; default: now. */
  readonly timestampMs?: number;
}

/** What `by-value.cjs` writes of an invocation. */
export interface InvocationLine {
  readonly pid: number;
  readonly at: number;
  readonly remainingMs: number;
  readonly records: readonly { partition: number; offset: number; text: string | null }[];
}

export interface StartOptions extends Partial<MappingDeclaration> {
  /** File of test/fixtures/functions, without its ending; default `by-value`. */
  readonly fixture?: string;
  /** Folder of the fixture; default test/fixtures/functions. */
  readonly folder?: string;
  readonly inspectPort?: number;
  readonly timeoutMs?: number;
  /** Whether the mapping declares ReportBatchItemFailures; default true. */
  readonly partialResponses?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  readonly drainMs?: number;
  readonly sessionTimeoutMs?: number;
  /** Default: provisioned. */
  readonly mode?: 'provisioned' | 'on-demand';
  readonly behaviour?: Partial<Behaviour>;
  readonly batchLines?: BatchLineLevel;
  readonly lagWarning?: number;
}

export interface RunningSource {
  readonly source: EventSource;
  readonly groupId: string;
  /** Everything that the function and the event source wrote. */
  readonly lines: string[];
  readonly warnings: string[];
  /** Everything that the event source itself said, as `level message`. */
  readonly said: string[];
  /** JSON lines of the function. */
  printed(): Record<string, unknown>[];
  invocations(): InvocationLine[];
}

export interface EventSourceHarness {
  readonly stateDir: string;
  makeTopic(partitions?: number): Promise<string>;
  produce(topic: string, records: readonly TestRecord[]): Promise<void>;
  /** Starts one mapping of the topic; it is stopped by `close` at the latest. */
  start(topic: string, options?: StartOptions): RunningSource;
  /** Committed offset of each partition; −1 where there is none. */
  committed(groupId: string, topic: string, partitions?: number): Promise<number[]>;
  /** Waits until these offsets are committed. */
  untilCommitted(running: RunningSource, topic: string, offsets: readonly number[]): Promise<void>;
  /** Stops every source that was started. */
  stopAll(): Promise<void>;
  close(): Promise<void>;
}

/** The values that the functions were invoked with, in the order of the invocations. */
export const textsOf = (...sources: readonly RunningSource[]): (string | null)[] =>
  sources.flatMap((running) =>
    running.invocations().flatMap(({ records }) => records.map(({ text }) => text)),
  );

export const FIXTURES = resolve(import.meta.dirname, '../fixtures/functions');

export function createEventSourceHarness(brokers: string): EventSourceHarness {
  const bootstrapBrokers = brokers.split(',');
  const options = { clientId: 'test', bootstrapBrokers };
  const admin = new Admin(options);
  const producer = new Producer(options);
  const stateDir = mkdtempSync(join(tmpdir(), 'event-source-'));
  const running: RunningSource[] = [];

  async function committed(groupId: string, topic: string, partitions = 1): Promise<number[]> {
    const partitionIndexes = Array.from({ length: partitions }, (_, index) => index);
    const groups = [{ groupId, topics: [{ name: topic, partitionIndexes }] }];
    const [group] = await admin.listConsumerGroupOffsets({ groups });
    const offsets = partitionIndexes.map(() => -1);
    for (const { partitionIndex, committedOffset } of group?.topics[0]?.partitions ?? []) {
      offsets[partitionIndex] = Number(committedOffset);
    }
    return offsets;
  }

  const stopAll = async () => {
    await Promise.all(running.splice(0).map(({ source }) => source.stop()));
  };

  return {
    stateDir,
    committed,
    async makeTopic(partitions = 1) {
      const topic = `esm-${randomUUID()}`;
      await admin.createTopics({ topics: [topic], partitions, replicas: 1 });
      return topic;
    },
    async produce(topic, records) {
      // One after the other: a record's offset is its place in the list.
      for (const record of records) await producer.send(requestOf(topic, record));
    },
    start(topic, start = {}) {
      const source = startOne(topic, start, bootstrapBrokers, stateDir);
      running.push(source);
      return source;
    },
    async untilCommitted({ groupId }, topic, offsets) {
      await expect
        .poll(() => committed(groupId, topic, offsets.length), { timeout: 60_000, interval: 50 })
        .toEqual(offsets);
    },
    stopAll,
    async close() {
      await stopAll();
      await producer.close();
      await admin.close();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

function requestOf(
  topic: string,
  { partition = 0, key, value, headers = [], timestampMs }: TestRecord,
) {
  const message = {
    topic,
    partition,
    headers: new Map(headers.map(([name, bytes]) => [Buffer.from(name), bytes as Buffer])),
    ...(timestampMs !== undefined && { timestamp: BigInt(timestampMs) }),
    ...(key != null && { key: Buffer.from(key) }),
    ...(value != null && { value: Buffer.from(value) }),
  };
  return { messages: [message], acks: -1 };
}

function startOne(
  topic: string,
  options: StartOptions,
  brokers: readonly string[],
  stateDir: string,
): RunningSource {
  const { fixture = 'by-value', timeoutMs = 20_000, environment, drainMs, ...rest } = options;
  const { sessionTimeoutMs, partialResponses, mode = 'provisioned', ...more } = rest;
  const { behaviour, batchLines, lagWarning, folder = FIXTURES, inspectPort, ...mapping } = more;
  const reports = partialResponses ?? mode === 'provisioned';
  const groupId = mapping.consumerGroupId ?? `group-${randomUUID()}`;
  const lines: string[] = [];
  const warnings: string[] = [];
  const said: string[] = [];
  const sayer = (level: string) => (message: string) => {
    said.push(`${level} ${message}`);
    if (level === 'warn' || level === 'error') warnings.push(message);
  };
  const source = startEventSource({
    brokers,
    mappings: [
      {
        functionName: 'f',
        topic,
        maximumBatchingWindow: 0,
        ...(mode === 'provisioned' && { provisionedPollerConfig: { maximumPollers: 1 } }),
        ...(reports && { functionResponseType: 'ReportBatchItemFailures' }),
        ...mapping,
        consumerGroupId: groupId,
      },
    ],
    functions: [
      {
        name: 'f',
        handler: join(folder, `${fixture}.handler`),
        timeoutMs,
        memoryMb: 128,
        environment: { STATE_DIR: stateDir, ...environment },
      },
    ],
    log: { debug: sayer('debug'), info: sayer('info'), warn: sayer('warn'), error: sayer('error') },
    onFunctionOutput: ({ line }) => void lines.push(line),
    ...(behaviour !== undefined && { behaviour }),
    ...(batchLines !== undefined && { batchLines }),
    ...(lagWarning !== undefined && { lagWarning }),
    ...(inspectPort !== undefined && { inspect: { functionName: 'f', port: inspectPort } }),
    ...(drainMs !== undefined && { drainMs }),
    ...(sessionTimeoutMs !== undefined && { sessionTimeoutMs }),
  });
  const printed = () =>
    lines
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    source,
    groupId,
    lines,
    warnings,
    said,
    printed,
    invocations: () =>
      printed().flatMap(({ invocation }) =>
        invocation === undefined ? [] : [invocation as InvocationLine],
      ),
  };
}
