import { decodeJobRecord } from '../../lib/codec/job-record.ts';
import { readRetryState } from '../../lib/codec/retry-state.ts';
import { deadLetterId } from '../../lib/decide/dead-letter-id.ts';
import { cancelJob } from '../../lib/flow/cancel-job.ts';
import { createEnvelopeCodec } from '../../lib/flow/envelope-codec.ts';
import { createFramedReader } from '../../lib/flow/framed-reader.ts';
import { publishDeadLetters } from '../../lib/flow/publish-dead-letter.ts';
import { createSchemaCache } from '../../lib/flow/schema-cache.ts';
import { startJob } from '../../lib/flow/start-job.ts';
import { workJobs, type WorkJobsDeps } from '../../lib/flow/work-jobs.ts';
import type { FailedEvent, ProcessedEvent } from '../../lib/model/dead-letter.ts';
import type { Job, JobKind, JobSelection, JobSettings } from '../../lib/model/job.ts';
import type { ConsumedRecord, RecordContent } from '../../lib/model/record.ts';
import type { RetryState } from '../../lib/model/retry.ts';
import { orderReading } from '../../lib/orders/order-event.ts';
import { orderEvent } from './builders.ts';
import { crashing, type Crash } from './crashing.ts';
import { intakeRecord, RETENTION_MS, START_MS } from './dead-letter-flow.ts';
import { captureLog, noteMetrics } from './log-lines.ts';
import { createMemoryDeadLetterIndex } from './memory-dead-letter-index.ts';
import { createMemoryGroupStore } from './memory-group-store.ts';
import { createMemoryJobStore } from './memory-job-store.ts';
import { createMemoryPublisher } from './memory-publisher.ts';
import { createMemoryReader } from './memory-reader.ts';
import { createMemorySchemaRegistry } from './memory-schema-registry.ts';
import { createVirtualClock } from './virtual-clock.ts';

const DLQ = 'order-events-dlq';
export const REDRIVE = 'order-events-redrive';
export const INTAKE = 'order-events-dlq-intake';
export const JOBS = 'order-events-dlq-jobs';
const TIMEOUT_MS = 60_000;
const FROZEN_MS = 400;
/** Longer than an invocation. */
export const STALE_AFTER_MS = 120_000;

export const SETTINGS: JobSettings = {
  ratePerSecond: 100,
  canary: 1,
  stopAtFailureRatio: 0.2,
  limit: 10_000,
  force: false,
};

export interface JobFlowOptions {
  /** What becomes of a redriven record; default: processed. */
  readonly outcome?: (state: RetryState, value: string) => 'processed' | 'failed' | 'none';
  /** From its being written until it is processed. */
  readonly processingMs?: number;
}

/** A record of the redrive topic. */
export interface Copy {
  readonly id: string;
  readonly state: RetryState;
  readonly content: RecordContent;
  /** When it was seen there, to within the pump's period. */
  readonly atMs: number;
}

/** Jobs over stores and topics in memory, in virtual time, with the real writer of dead letters behind them. */
export function startJobFlow(options: JobFlowOptions = {}) {
  const { outcome = () => 'processed', processingMs = 50 } = options;
  const clock = createVirtualClock(START_MS);
  const publisher = createMemoryPublisher(clock);
  for (const topic of [DLQ, REDRIVE, INTAKE, JOBS]) publisher.createTopic(topic, 1);
  const index = createMemoryDeadLetterIndex();
  const groups = createMemoryGroupStore();
  const jobs = createMemoryJobStore();
  const reader = createMemoryReader(publisher);
  const schemas = createSchemaCache(createMemorySchemaRegistry());
  const codec = createEnvelopeCodec(schemas, DLQ);
  const { log, lines } = captureLog();
  const { metrics } = noteMetrics();
  const copies: Copy[] = [];
  let names = 0;
  const newId = () => `job-${++names}`;

  const identity = { functionName: 'f', functionVersion: '1', requestId: 'r' };
  const intakeDeps = {
    index,
    groups,
    publisher,
    codec,
    business: orderReading(createFramedReader(schemas)),
    clock,
    log,
    metrics,
    consumerGroup: 'order-service-group',
    resolvedRetentionMs: RETENTION_MS,
    orderTopic: 'order-events',
    dlqTopic: DLQ,
    identity,
  };
  const fold = (...records: readonly ConsumedRecord[]) =>
    publishDeadLetters(records, clock.nowMs() + TIMEOUT_MS, intakeDeps);
  const settings = {
    jobsTopic: JOBS,
    redriveTopic: REDRIVE,
    intakeTopic: INTAKE,
    redrivesMax: 3,
    staleAfterMs: STALE_AFTER_MS,
    retentionMs: RETENTION_MS,
  };
  const ports = { index, groups, jobs, publisher, reader };
  const deps = { ...ports, ...settings, codec, clock, log, newId };

  const failedEvent = (state: Pick<RetryState, 'origin' | 'redrive'>, record: RecordContent) =>
    ({
      kind: 'failed',
      id: deadLetterId(state.origin),
      reason: 'retries-exhausted',
      attempts: 4,
      firstFailedAtMs: clock.nowMs(),
      lastFailedAtMs: clock.nowMs(),
      origin: state.origin,
      failedAt: state.origin,
      error: { type: 'ValueError', message: 'Simulated processing failure', causes: [] },
      by: identity,
      record,
      ...(state.redrive && { redrive: state.redrive }),
    }) satisfies FailedEvent;

  /** What retry-orders and publish-dead-letter do with what is new on their topics. */
  const pumpOnce = async (): Promise<void> => {
    const redriven = publisher.records(REDRIVE).slice(copies.length);
    const events: ConsumedRecord[] = [];
    for (const content of redriven) {
      const read = readRetryState(content.headers);
      if (read.kind !== 'valid') throw new Error('a copy without state');
      const { state } = read;
      const own = { ...content, headers: read.headers };
      copies.push({ id: deadLetterId(state.origin), state, content: own, atMs: clock.nowMs() });
      const ends = outcome(state, Buffer.from(content.value ?? '').toString());
      if (ends === 'none' || state.redrive === undefined) continue;
      const processed: ProcessedEvent = {
        kind: 'processed',
        id: deadLetterId(state.origin),
        origin: state.origin,
        redrive: state.redrive,
        attempts: 1,
        processedAtMs: clock.nowMs(),
        by: identity,
      };
      events.push(intakeRecord(ends === 'processed' ? processed : failedEvent(state, own)));
    }
    const asked = publisher.records(INTAKE).slice(purges);
    purges += asked.length;
    const all = [...events, ...asked.map((content, at) => toConsumed(content, INTAKE, at))];
    if (all.length === 0) return;
    void clock.sleep(processingMs).then(() => fold(...all));
  };
  let purges = 0;
  let isPumping = false;
  const pump = async (): Promise<void> => {
    isPumping = true;
    while (isPumping) {
      await pumpOnce();
      await clock.sleep(10);
    }
  };
  let taken = 0;
  let effects = () => 0;

  const flow = {
    clock,
    publisher,
    index,
    groups,
    jobs,
    deps,
    copies,
    lines,
    fold,
    /** Puts so many dead letters there, the first one first; keys repeat. @returns their ids */
    async plant(count: number, over: Partial<FailedEvent> = {}): Promise<string[]> {
      const events = Array.from({ length: count }, (_, number) => {
        const offset = index.items().length + number;
        const origin = { topic: 'order-events', partition: 0, offset, timestampMs: START_MS };
        const orderId = `ORDER-${offset}`;
        const record = {
          key: Buffer.from(`key-${offset % 7}`),
          value: Buffer.from(JSON.stringify(orderEvent({ orderId }))),
          headers: [{ key: 'own', value: Buffer.from([offset % 256]) }],
        };
        return { ...failedEvent({ origin }, record), ...over };
      });
      for (const event of events) await clock.run(fold(intakeRecord(event)));
      return events.map(({ id }) => id);
    },
    start(
      selection: JobSelection,
      over: Partial<JobSettings> & { readonly kind?: JobKind } = {},
    ): Promise<Job> {
      const { kind = 'redrive', ...rest } = over;
      const request = { kind, selection, settings: { ...SETTINGS, ...rest } };
      const deadlineMs = clock.nowMs() + 7_000;
      return clock.run(startJob({ request, reason: 'fixed', by: 'local', deadlineMs }, deps));
    },
    startAgain: ({ id, kind }: Job) =>
      startJob(
        { planId: id, kind, reason: 'again', by: 'bob', deadlineMs: clock.nowMs() + 7_000 },
        deps,
      ),
    cancel: (job: Job) => cancelJob(job.id, job.kind, 'ann', clock.nowMs() + 7_000, deps),
    /** Takes what is new on the jobs topic, as the event source does: what is unsettled comes again. */
    async work(
      crashes: readonly Crash[] = [],
      perturb: Partial<WorkJobsDeps> = {},
      onDeath: () => Promise<unknown> = async () => undefined,
    ): Promise<void> {
      const left = [...crashes];
      const pumping = pump();
      const taking = async (): Promise<void> => {
        for (;;) {
          const content = publisher.records(JOBS)[taken];
          if (content === undefined) break;
          const record = toConsumed(content, JOBS, taken);
          const process = crashing(ports, left.shift(), () => clock.sleep(FROZEN_MS));
          effects = process.effects;
          const run = workJobs([record], clock.nowMs() + TIMEOUT_MS, {
            ...deps,
            ...process.ports,
            ...perturb,
          });
          const ended = await Promise.race([run, process.dead]);
          if (ended === 'dead') await onDeath();
          if (ended !== 'dead' && ended.every(({ kind }) => kind === 'processed')) taken += 1;
        }
        // Whatever was frozen goes on, and what it wrote is processed.
        await clock.sleep(FROZEN_MS * (1 + crashes.length) + 2 * processingMs + 2_000);
        isPumping = false;
      };
      await clock.run(taking());
      await clock.run(pumping);
    },
    /** How many effects the last run had. */
    effects: () => effects(),
    async job(id: string): Promise<Job> {
      const job = await jobs.get(id);
      if (job === undefined) throw new Error(`no job ${id}`);
      return job;
    },
    items: (ids: readonly string[]) => clock.run(index.getMany(ids)),
    jobRecords: () => publisher.records(JOBS).map(({ value }) => decodeJobRecord(value)),
  };
  return flow;
}

function toConsumed(content: RecordContent, topic: string, offset: number): ConsumedRecord {
  return { ...content, topic, partition: 0, offset, timestampMs: START_MS };
}
