import { decodeReindexCursor, encodeReindexCursor } from '../../lib/codec/reindex-cursor.ts';
import { partitionOfKey } from '../../lib/decide/partition.ts';
import { createEnvelopeCodec } from '../../lib/flow/envelope-codec.ts';
import { reindex, type ReindexDeps } from '../../lib/flow/reindex.ts';
import { createSchemaCache } from '../../lib/flow/schema-cache.ts';
import type { FailedEvent } from '../../lib/model/dead-letter.ts';
import type { ConsumedRecord } from '../../lib/model/record.ts';
import type { ReindexCounts, ReindexState } from '../../lib/model/reindex.ts';
import type { DeadLetterIndex } from '../../lib/ports/dead-letter-index.ts';
import { DLQ, startFlow } from './dead-letter-flow.ts';
import { failedEvent } from './dead-letters.ts';
import { captureLog } from './log-lines.ts';
import { createMemoryReader } from './memory-reader.ts';
import { createMemorySchemaRegistry } from './memory-schema-registry.ts';

export const INTAKE = 'order-events-dlq-intake';
export const OPERATOR = 'arn:aws:iam::123456789012:user/alice';
const PARTITIONS = 4;
const RETENTION_MS = 1_000_000;

/** Small ones: many windows, many passes, many pages. */
export const SMALL_BOUNDS = {
  windowRecordsMax: 3,
  windowBytesMax: 100_000,
  metMax: 2,
  pageItems: 2,
  pageGroups: 2,
};

/** The failure of an order of its own. */
export function failureOf(order: number, over: Partial<FailedEvent> = {}): FailedEvent {
  const origin = { topic: 'order-events', partition: 0, offset: order, timestampMs: 1 };
  return failedEvent({ origin, ...over });
}

/** Reindex over the topic, the index and the writer of startFlow, all in memory. */
export function startReindex(
  bounds: ReindexDeps['bounds'] = SMALL_BOUNDS,
  around = (index: DeadLetterIndex): DeadLetterIndex => index,
) {
  const registry = createMemorySchemaRegistry();
  const flow = startFlow({ registry, newGroups: true });
  const { clock, publisher, index, groups } = flow;
  publisher.createTopic(INTAKE, 2);
  const reader = createMemoryReader(publisher);
  const codec = createEnvelopeCodec(createSchemaCache(registry), DLQ);
  const log = captureLog();
  const deps: ReindexDeps = {
    index: around(index),
    groups,
    publisher,
    reader,
    codec,
    clock,
    log: log.log,
    dlqTopic: DLQ,
    intakeTopic: INTAKE,
    resolvedRetentionMs: RETENTION_MS,
    ...(bounds && { bounds }),
  };
  let taken = 0;
  let calls = 0;

  const records = () =>
    Array.from({ length: PARTITIONS }, (_, partition) => reader.all(DLQ, partition)).flat();

  return {
    ...flow,
    reader,
    codec,
    deps,
    /** What the reindex logged. */
    said: log.texts,
    records,
    /** What the DLQ topic holds last of each key. */
    lastRecords: () =>
      new Map(records().map((record) => [Buffer.from(record.key ?? []).toString(), record])),
    /** Writes to the DLQ topic as another, late writer would. */
    async write(id: string, value: Uint8Array | null): Promise<void> {
      const key = Buffer.from(id);
      const place = (await index.get(id))?.envelopeAt.partition;
      const build = (count: number) => ({
        key,
        value,
        headers: [],
        partition: place ?? partitionOfKey(key, count),
      });
      await publisher.publish([{ topic: DLQ, build }], { deadlineMs: clock.nowMs() + 1_000 });
    },
    /** One call. */
    call: (state: ReindexState | null, workMs = 0) =>
      reindex(
        {
          state,
          by: OPERATOR,
          invocation: `call-${++calls}`,
          untilMs: clock.nowMs() + workMs,
          deadlineMs: clock.nowMs() + 7_000,
        },
        deps,
      ),
    /** Calls until nothing is left, each with the cursor of the one before. */
    async reindex(between: (state: ReindexState | null) => Promise<void> = async () => undefined) {
      const sum: Record<string, number> = {};
      let state: ReindexState | null = null;
      let calls = 0;
      do {
        if (++calls > 2_000) throw new Error('it does not end');
        const part: { state: ReindexState | null; counts: ReindexCounts } = await clock.run(
          this.call(state),
        );
        for (const [name, count] of Object.entries(part.counts)) {
          sum[name] = (sum[name] ?? 0) + count;
        }
        state = part.state && handedBack(part.state);
        await between(state);
      } while (state !== null);
      return { counts: sum as unknown as ReindexCounts, calls };
    },
    /** The writer takes what lies on the intake. @returns how many events that were */
    async drainIntake(): Promise<number> {
      const waiting: ConsumedRecord[] = [0, 1]
        .flatMap((partition) => reader.all(INTAKE, partition))
        .toSorted((a, b) => a.timestampMs - b.timestampMs)
        .slice(taken);
      taken += waiting.length;
      if (waiting.length > 0) await flow.run(...waiting);
      return waiting.length;
    },
  };
}

function handedBack(state: ReindexState): ReindexState {
  const decoded = decodeReindexCursor(encodeReindexCursor(state, DLQ), DLQ);
  if ('fault' in decoded) throw new Error(decoded.fault);
  return decoded;
}
