import { encodeIntakeEvent } from '../../lib/codec/intake-event.ts';
import { createEnvelopeCodec } from '../../lib/flow/envelope-codec.ts';
import { createFramedReader } from '../../lib/flow/framed-reader.ts';
import { createSchemaCache } from '../../lib/flow/schema-cache.ts';
import {
  publishDeadLetters,
  type PublishDeadLettersDeps,
} from '../../lib/flow/publish-dead-letter.ts';
import { fingerprint } from '../../lib/decide/fingerprint.ts';
import type { Envelope, FailedEvent, IntakeEvent } from '../../lib/model/dead-letter.ts';
import type { ConsumedRecord } from '../../lib/model/record.ts';
import type { DeadLetterIndex } from '../../lib/ports/dead-letter-index.ts';
import { orderReading } from '../../lib/orders/order-event.ts';
import type { GroupStore } from '../../lib/ports/group-store.ts';
import { failedEvent } from './dead-letters.ts';
import { captureLog, noteMetrics } from './log-lines.ts';
import { createMemoryDeadLetterIndex } from './memory-dead-letter-index.ts';
import { createMemoryGroupStore } from './memory-group-store.ts';
import { createMemoryPublisher } from './memory-publisher.ts';
import { createMemorySchemaRegistry, type MemorySchemaRegistry } from './memory-schema-registry.ts';
import { createVirtualClock } from './virtual-clock.ts';

export const START_MS = 1_767_225_700_000;
export const DLQ = 'order-events-dlq';
/** How long the index remembers what has ended. */
export const RETENTION_MS = 45 * 86_400_000;
const INTAKE = 'order-events-dlq-intake';

let nextOffset = 0;

/** The intake record of an event, at an offset of its own. */
export function intakeRecord(
  event: IntakeEvent,
  over: Partial<ConsumedRecord> = {},
): ConsumedRecord {
  return {
    ...encodeIntakeEvent(event),
    topic: INTAKE,
    partition: 0,
    offset: nextOffset++,
    timestampMs: START_MS,
    ...over,
  };
}

function knowGroup(groups: GroupStore, { id, error }: FailedEvent): void {
  const { group, title } = fingerprint(error);
  const seen = { title, errorType: error.type, atMs: START_MS, example: id };
  void groups.apply({ group, counts: {}, seen });
}

export interface FlowOptions {
  /** Time that an invocation has. */
  readonly timeoutMs?: number;
  readonly dlqRecordBytesMax?: number;
  readonly itemBytesMax?: number;
  readonly dlqMissing?: boolean;
  readonly latencyMs?: number;
  readonly registry?: MemorySchemaRegistry;
  /** True: no failure was ever seen; otherwise that of `failedEvent()` is known. */
  readonly newGroups?: boolean;
  /** Of every invocation; default: r-1. */
  readonly requestId?: string;
  /** Puts something between the flow and its index. */
  readonly around?: (index: DeadLetterIndex) => DeadLetterIndex;
}

/** publish-dead-letter over topic and index in memory, in virtual time. */
export function startFlow(options: FlowOptions = {}) {
  const clock = createVirtualClock(START_MS);
  const publisher = createMemoryPublisher(clock, options.latencyMs);
  if (options.dlqMissing !== true) publisher.createTopic(DLQ, 4, options.dlqRecordBytesMax);
  const index = createMemoryDeadLetterIndex(options.itemBytesMax);
  const groups = createMemoryGroupStore();
  if (options.newGroups !== true) knowGroup(groups, failedEvent());
  const schemas = createSchemaCache(options.registry ?? createMemorySchemaRegistry());
  const codec = createEnvelopeCodec(schemas, DLQ);
  const log = captureLog();
  const { metrics, measures } = noteMetrics();
  const deps: PublishDeadLettersDeps = {
    index: options.around?.(index) ?? index,
    groups,
    publisher,
    codec,
    business: orderReading(createFramedReader(schemas)),
    clock,
    log: log.log,
    metrics,
    consumerGroup: 'order-service-group',
    resolvedRetentionMs: RETENTION_MS,
    orderTopic: 'order-events',
    dlqTopic: DLQ,
    identity: {
      functionName: 'publish-dead-letter',
      functionVersion: '1',
      requestId: options.requestId ?? 'r-1',
    },
  };
  return {
    clock,
    publisher,
    index,
    groups,
    measures,
    lines: log.lines,
    texts: log.texts,
    /** One invocation. */
    async run(...records: readonly ConsumedRecord[]) {
      const deadlineMs = clock.nowMs() + (options.timeoutMs ?? 30_000);
      const outcomes = await clock.run(publishDeadLetters(records, deadlineMs, deps));
      return outcomes.map(({ kind }) => kind);
    },
    async envelopes(): Promise<Envelope[]> {
      const values = publisher.records(DLQ).map(({ value }) => value ?? Buffer.alloc(0));
      return (await Promise.all(values.map((value) => codec.decode(value)))) as Envelope[];
    },
  };
}
