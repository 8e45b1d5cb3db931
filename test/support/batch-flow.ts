import { writeRetryState } from '../../lib/codec/retry-state.ts';
import { createBatchJournal } from '../../lib/flow/batch-journal.ts';
import { processBatch } from '../../lib/flow/process-batch.ts';
import type { ConsumedRecord } from '../../lib/model/record.ts';
import type { RetryPolicy, RetryState } from '../../lib/model/retry.ts';
import type { AttemptContext, Business } from '../../lib/ports/business.ts';
import type { RecordPublisher } from '../../lib/ports/record-publisher.ts';
import * as given from './builders.ts';
import { captureLog, noteMetrics } from './log-lines.ts';
import { createMemoryPublisher } from './memory-publisher.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

export const START_MS = 1_000_000;
export const INTAKE = 'order-events-dlq-intake';
const TIERS = ['order-events-retry-1s', 'order-events-retry-2s', 'order-events-retry-4s'];

type Handle = (text: string, context: AttemptContext) => Promise<void>;

export const fail: Handle = () => Promise.reject(new Error('fails'));

export interface BatchOptions {
  readonly policy?: RetryPolicy;
  readonly latencyMs?: number;
  readonly latestStartInMs?: number;
  readonly handOverInMs?: number;
  readonly prepare?: (value: Uint8Array, clock: VirtualClock) => Promise<void>;
  /** A publisher that breaks its promise never to reject. */
  readonly isPublisherBroken?: boolean;
}

const brokenPublisher: RecordPublisher = { publish: () => Promise.reject(new Error('a fault')) };

/** A service in memory: topics of the policy, a business that does `handle`, and the flow over them. */
export function startBatch(handle: Handle, options: BatchOptions = {}) {
  const { policy = given.policy(), latencyMs, latestStartInMs = 30_000, prepare } = options;
  const clock = createVirtualClock(START_MS);
  const publisher = createMemoryPublisher(clock, latencyMs);
  for (const topic of [...TIERS, INTAKE]) publisher.createTopic(topic, 2);
  const business: Business<unknown> = {
    readId: (value) => value?.toString(),
    decode: (value) => ({ ok: true, body: Buffer.from(value).toString() }),
    handle: ({ body }, context) => handle(body as string, context),
    ...(prepare && { prepare: (value) => prepare(value, clock) }),
  };
  const { log, texts } = captureLog();
  const deadlines = {
    latestStartMs: START_MS + latestStartInMs,
    handOverMs: START_MS + (options.handOverInMs ?? 40_000),
  };
  const deps = {
    business,
    clock,
    publisher: options.isPublisherBroken ? brokenPublisher : publisher,
    policy,
    processingTimeoutMs: 5_000,
    concurrencyMax: 10,
    identity: { functionName: 'f', functionVersion: '1', requestId: 'r' },
    orderTopic: 'order-events',
    intakeTopic: INTAKE,
    journal: createBatchJournal({ business, log, policy, metrics: noteMetrics().metrics }),
  };
  const run = (...records: ConsumedRecord[]) => {
    const byPartition = Map.groupBy(records, ({ topic, partition }) => `${topic}-${partition}`);
    const batch = [...byPartition].map(([key, list]) => ({ key, records: list }));
    return processBatch(batch, deadlines, deps);
  };
  return { clock, publisher, texts, run, play: (...r: ConsumedRecord[]) => clock.run(run(...r)) };
}

/** A record on the order topic whose key and value are its name. */
export const order = (name: string, over: Partial<ConsumedRecord> = {}) =>
  given.record({ key: given.bytes(name), value: given.bytes(name), ...over });

/** The same on a retry topic. */
export const copy = (name: string, attempt: number, over: Partial<ConsumedRecord> = {}) =>
  order(name, {
    topic: 'order-events-retry-1s',
    headers: writeRetryState([], given.state({ attempt })),
    ...over,
  });

/** The origin of the dead letter that `redriven` brings back. */
export const REDRIVEN_ORIGIN = {
  topic: 'order-events',
  partition: 3,
  offset: 77,
  timestampMs: 900_000,
};

/** The same as a redrive brings it: on the redrive topic, or one of its retries. */
export const redriven = (
  name: string,
  state: Partial<RetryState> = {},
  over: Partial<ConsumedRecord> = {},
) =>
  order(name, {
    topic: 'order-events-redrive',
    headers: writeRetryState([], {
      attempt: 1,
      origin: REDRIVEN_ORIGIN,
      redrive: { id: 'redrive-1', count: 2 },
      ...state,
    }),
    ...over,
  });
