import { performance } from 'node:perf_hooks';
import { takeAssignment } from './assignment.ts';
import { createCommitter } from './committer.ts';
import { createDeliverer } from './delivery.ts';
import { emptyCounters } from './delivery-log.ts';
import type { Destination } from './destination.ts';
import { createDiscarder } from './discarder.ts';
import { createDispatcher } from './dispatcher.ts';
import { emptyEventBytes, encodeRecord } from './event.ts';
import { createFetcher, type FetcherEvents } from './fetcher.ts';
import { createGroupMember, type GroupMember, type MemberState } from './group-member.ts';
import { errorText } from './kafka-errors.ts';
import { appendFetched, committableOffset, createLane } from './lane.ts';
import type { EnvironmentPool } from './runtime/environment-pool.ts';
import type { Schedule } from './schedule.ts';
import type { EventSourceLog, Mapping, MappingCounters } from './types.ts';

export interface PollerOptions {
  readonly brokers: readonly string[];
  readonly mapping: Mapping;
  readonly pool: EnvironmentPool;
  readonly destination: Destination;
  readonly log: EventSourceLog;
  readonly sessionTimeoutMs: number;
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
  const { mapping, brokers, sessionTimeoutMs } = options;
  const source = { eventSourceArn: mapping.eventSourceArn, bootstrapServers: brokers.join(',') };
  const schedule: Schedule = { lanes: new Map(), busy: new Set() };
  const counters = emptyCounters();
  let state: PollerState['state'] = 'joining';
  let isStopping = false;
  const isCancelled = () => isStopping;

  const discarder = createDiscarder({ ...options, source, counters, isCancelled });
  const dispatcher = createDispatcher({
    schedule,
    limits: { ...mapping, emptyEventBytes: emptyEventBytes(source) },
    concurrency: mapping.concurrency,
    deliver: createDeliverer({
      ...options,
      source,
      schedule,
      discarder,
      counters,
      isStopping: isCancelled,
    }),
    onDelivered() {
      committer.request();
      fetcher.wake();
    },
  });
  const member: GroupMember = createGroupMember({
    ...options,
    events: {
      onAssigned(partitions) {
        takeAssignment(schedule, partitions);
        if (isStopping) return;
        fetcher.wake();
        dispatcher.resume();
      },
      async onRevoking() {
        dispatcher.pause();
        await dispatcher.idle(sessionTimeoutMs * REVOKE_WAIT_SHARE);
      },
      onState(next) {
        if (!isStopping) state = next;
      },
    },
  });
  const committer = committerOf(options, schedule, counters, member);
  const events = fetcherEvents(options, schedule, {
    onArrived(count) {
      counters.polled += count;
      dispatcher.pump();
    },
    onGrown: () => member.rejoin(),
  });
  const fetcher = createFetcher({ ...options, events });

  return {
    ready: member.join(),
    state: () => ({ mapping, state, partitions: [...schedule.lanes.keys()], counters }),
    async stop(drainMs) {
      isStopping = true;
      dispatcher.pause();
      await Promise.all([fetcher.close(), dispatcher.idle(drainMs)]);
      await committer.flush(FLUSH_MS);
      await member.close();
      state = 'stopped';
    },
  };
}

function committerOf(
  { mapping, log }: PollerOptions,
  { lanes }: Schedule,
  counters: MappingCounters,
  member: GroupMember,
) {
  return createCommitter({
    due() {
      const entries = [...lanes.values()]
        .map((lane) => [lane, committableOffset(lane)] as const)
        .filter(([lane, offset]) => offset > lane.committedOffset)
        .map(([lane, offset]) => [lane.partition, offset] as const);
      return new Map(entries);
    },
    commit: (offsets) => member.commit(offsets),
    onCommitted(offsets) {
      for (const [partition, offset] of offsets) {
        const lane = lanes.get(partition);
        if (lane === undefined) continue;
        counters.committed += Math.max(0, offset - lane.committedOffset);
        lane.committedOffset = offset;
      }
    },
    onFailed: (error) => log.debug(`${mapping.groupId}: commit failed: ${errorText(error)}`),
  });
}

interface Arrivals {
  readonly onArrived: (count: number) => void;
  readonly onGrown: () => void;
}

function fetcherEvents(
  { mapping, log }: PollerOptions,
  { lanes }: Schedule,
  { onArrived, onGrown }: Arrivals,
): FetcherEvents {
  let partitionCount = Number.POSITIVE_INFINITY;
  return {
    targets() {
      const wanted = [...lanes.values()].filter(
        ({ queue, queueBytes }) =>
          queue.length < 2 * mapping.batchSize && queueBytes < QUEUE_BYTES_MAX,
      );
      return {
        wanted: wanted.map(({ partition, fetchOffset }) => ({ partition, fetchOffset })),
        isPartial: wanted.length < lanes.size,
      };
    },
    onFetched({ partition, fetchOffset }, records, nextOffset) {
      const lane = lanes.get(partition);
      // Assigned anew meanwhile: these were read from another place.
      if (lane === undefined || lane.fetchOffset !== fetchOffset) return;
      const nowMs = performance.now();
      const encoded = records.map((record) => encodeRecord(record, nowMs));
      appendFetched(lane, encoded, nextOffset);
      onArrived(records.length);
    },
    onOutOfRange(partition, offset) {
      log.warn(`${mapping.topic}-${partition}: the offset is gone, reading goes on at ${offset}`);
      lanes.set(partition, createLane(partition, offset, -1));
    },
    onPartitionCount(count) {
      if (count > partitionCount) onGrown();
      partitionCount = count;
    },
  };
}
