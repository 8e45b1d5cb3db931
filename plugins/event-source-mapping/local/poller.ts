import { performance } from 'node:perf_hooks';
import { readAnswer } from './answer.ts';
import { createCommitter } from './committer.ts';
import type { Destination } from './destination.ts';
import { createDiscarder } from './discarder.ts';
import { emptyEventBytes, encodeRecord, eventJson } from './event.ts';
import { createFetcher, type FetchTarget } from './fetcher.ts';
import { createGroupMember, type AssignedPartition, type MemberState } from './group-member.ts';
import { emptyCounters, tellDelivery } from './delivery-log.ts';
import { errorText } from './kafka-errors.ts';
import { appendFetched, committableOffset, createLane } from './lane.ts';
import { nextPieces, type Piece } from './piece.ts';
import type { EnvironmentPool } from './runtime/environment-pool.ts';
import { endStep, nextStep, type Schedule } from './schedule.ts';
import type { EncodedRecord, EventSourceLog, Mapping, MappingCounters } from './types.ts';

export interface PollerOptions {
  readonly brokers: readonly string[];
  readonly mapping: Mapping;
  readonly pool: EnvironmentPool;
  readonly destination: Destination;
  readonly log: EventSourceLog;
  readonly sessionTimeoutMs: number;
}

/** Records on their way to the function (or, oversize, past it). */
interface Delivery {
  readonly piece: Piece;
  readonly records: readonly EncodedRecord[];
}

export interface PollerState {
  readonly mapping: Mapping;
  readonly state: MemberState | 'stopped';
  readonly partitions: readonly number[];
  readonly counters: Readonly<MappingCounters>;
}

export interface Poller {
  /** Resolves when the group was joined for the first time, or the poller was stopped. */
  readonly ready: Promise<void>;
  state(): PollerState;
  /** Stops polling, lets running invocations end (at most `drainMs`), commits, leaves the group. Never rejects. */
  stop(drainMs: number): Promise<void>;
}

/** Longest wait of a rebalance for running invocations; must stay below the session timeout. */
const REVOKE_WAIT_SHARE = 0.5;
const FLUSH_MS = 3_000;
const QUEUE_BYTES_MAX = 8 * 1024 * 1024;

/** Serves one mapping: a member of its group that invokes the function and commits what is settled. */
export function createPoller(options: PollerOptions): Poller {
  const { mapping, pool, log, brokers } = options;
  const source = { eventSourceArn: mapping.eventSourceArn, bootstrapServers: brokers.join(',') };
  const limits = { ...mapping, emptyEventBytes: emptyEventBytes(source) };
  const schedule: Schedule = { lanes: new Map(), busy: new Set() };
  const counters = emptyCounters();
  const discarder = createDiscarder({
    ...options,
    source,
    counters,
    isCancelled: () => isStopping,
  });
  let state: PollerState['state'] = 'joining';
  let inFlight = 0;
  let isRevoking = false;
  let isStopping = false;
  let partitionCount = 0;
  let timer: NodeJS.Timeout | undefined;
  let onIdle: (() => void) | undefined;

  function pump(): void {
    clearTimeout(timer);
    while (inFlight < mapping.concurrency && !isRevoking && !isStopping) {
      const nowMs = performance.now();
      const step = nextStep(schedule, limits, nowMs);
      if (step.kind === 'wait') {
        if (step.untilMs < Number.POSITIVE_INFINITY)
          timer = setTimeout(pump, step.untilMs - nowMs + 1);
        break;
      }
      inFlight++;
      const work = step.kind === 'invoke' ? run(step) : discardOversize(step);
      void work.finally(() => {
        inFlight--;
        committer.request();
        if (inFlight === 0) onIdle?.();
        fetcher.wake();
        pump();
      });
    }
  }

  async function run(step: Delivery): Promise<void> {
    const { piece, records } = step;
    const startedAtMs = performance.now();
    counters.invocations++;
    counters.invoked += records.length;
    const result = await pool.invoke(eventJson(records, source));
    // Killed by us: that says nothing about the records.
    if (isStopping && result.kind === 'function-error') return;
    const reading = readAnswer(result, records, mapping.partialResponses);
    counters.failedInvoke += reading.unsettled.length;
    const decision = nextPieces(piece, {
      unsettled: reading.unsettled,
      bisect: mapping.bisect && reading.kind === 'function-error',
      retriesMax: mapping.retriesMax,
      nowMs: performance.now(),
    });
    tellDelivery(log, mapping, {
      count: records.length,
      tookMs: performance.now() - startedAtMs,
      delivery: piece.invokeCount + 1,
      reason: reading.reason,
    });
    if (decision.exhausted.length > 0) {
      const isDone = await discarder.discard(decision.exhausted, {
        condition: 'RetriesExhausted',
        requestId: result.requestId,
        invokeCount: piece.invokeCount + 1,
      });
      if (!isDone) return;
    }
    endStep(schedule, step, decision.pieces);
  }

  async function discardOversize(step: Delivery): Promise<void> {
    const isDone = await discarder.discard(step.records, {
      condition: 'MaximumPayloadSizeExceeded',
      requestId: '',
      invokeCount: 0,
    });
    if (isDone) endStep(schedule, step, []);
  }

  const committer = createCommitter({
    due() {
      const due = new Map<number, number>();
      for (const lane of schedule.lanes.values()) {
        const offset = committableOffset(lane);
        if (offset > lane.committedOffset) due.set(lane.partition, offset);
      }
      return due;
    },
    commit: (offsets) => member.commit(offsets),
    onCommitted(offsets) {
      for (const [partition, offset] of offsets) {
        const lane = schedule.lanes.get(partition);
        if (lane === undefined) continue;
        counters.committed += Math.max(0, offset - lane.committedOffset);
        lane.committedOffset = offset;
      }
    },
    onFailed: (error) => log.debug(`${mapping.groupId}: commit failed: ${errorText(error)}`),
  });

  const member = createGroupMember({
    ...options,
    events: {
      onAssigned(partitions) {
        assign(schedule, partitions);
        isRevoking = false;
        fetcher.wake();
        pump();
      },
      async onRevoking() {
        isRevoking = true;
        await idle(options.sessionTimeoutMs * REVOKE_WAIT_SHARE);
      },
      onState(next) {
        if (!isStopping) state = next;
      },
    },
  });

  const fetcher = createFetcher({
    ...options,
    events: {
      targets() {
        const lanes = [...schedule.lanes.values()];
        const wanted = isStopping
          ? []
          : lanes.filter(
              (lane) =>
                lane.queue.length < 2 * mapping.batchSize && lane.queueBytes < QUEUE_BYTES_MAX,
            );
        return {
          wanted: wanted.map(({ partition, fetchOffset }) => ({ partition, fetchOffset })),
          isPartial: wanted.length < lanes.length,
        };
      },
      onFetched(target: FetchTarget, records, nextOffset) {
        const lane = schedule.lanes.get(target.partition);
        // Assigned anew meanwhile: these were read from another place.
        if (lane === undefined || lane.fetchOffset !== target.fetchOffset) return;
        const nowMs = performance.now();
        counters.polled += records.length;
        appendFetched(
          lane,
          records.map((record) => encodeRecord(record, nowMs)),
          nextOffset,
        );
        pump();
      },
      onOutOfRange(partition, offset) {
        log.warn(`${mapping.topic}-${partition}: the offset is gone, reading goes on at ${offset}`);
        schedule.lanes.set(partition, createLane(partition, offset, -1));
      },
      onPartitionCount(count) {
        if (partitionCount !== 0 && count > partitionCount) member.rejoin();
        partitionCount = count;
      },
      onUnreachable: () => undefined,
    },
  });

  function idle(timeoutMs: number): Promise<void> {
    if (inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const limit = setTimeout(resolve, timeoutMs);
      onIdle = () => {
        clearTimeout(limit);
        resolve();
      };
    });
  }

  return {
    ready: member.join(),
    state: () => ({ mapping, state, partitions: [...schedule.lanes.keys()], counters }),
    async stop(drainMs) {
      isStopping = true;
      clearTimeout(timer);
      await Promise.all([fetcher.close(), idle(drainMs)]);
      await committer.flush(FLUSH_MS);
      await member.close();
      state = 'stopped';
    },
  };
}

/** Takes over an assignment: lanes that stay go on where they are, unless the group has gone past them meanwhile. */
function assign(schedule: Schedule, partitions: readonly AssignedPartition[]): void {
  const assigned = new Map(partitions.map((entry) => [entry.partition, entry]));
  for (const partition of schedule.lanes.keys()) {
    if (!assigned.has(partition)) schedule.lanes.delete(partition);
  }
  for (const { partition, startOffset, committedOffset } of partitions) {
    const lane = schedule.lanes.get(partition);
    if (lane !== undefined && committedOffset <= committableOffset(lane)) continue;
    schedule.lanes.set(partition, createLane(partition, startOffset, startOffset));
  }
}
