import { performance } from 'node:perf_hooks';
import { takeAssignment } from './assignment.ts';
import { createCommitter } from './committer.ts';
import { createDeliverer } from './delivery.ts';
import { emptyCounters } from './delivery-log.ts';
import type { Destination } from './destination.ts';
import { createDiscarder } from './discarder.ts';
import { createDispatcher } from './dispatcher.ts';
import { emptyEventBytes, encodeRecord } from './event.ts';
import type { FetchTarget } from './fetch-response.ts';
import { createFetcher, type FetcherEvents } from './fetcher.ts';
import { createGroupMember, type GroupMember, type MemberState } from './group-member.ts';
import { errorText } from './kafka-errors.ts';
import { appendFetched, committableOffset, createLane, type Lane } from './lane.ts';
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

/** Longest wait of a rebalance for running invocations, and then for a commit; together below the session timeout. */
const REVOKE_WAIT_SHARE = 0.5;
const REVOKE_COMMIT_SHARE = 0.2;
const FLUSH_MS = 3_000;
const QUEUE_BYTES_MAX = 8 * 1024 * 1024;

/** Serves one mapping: a member of its group that invokes the function and commits what is settled. */
export function createPoller(options: PollerOptions): Poller {
  const { mapping, brokers, sessionTimeoutMs } = options;
  const source = { eventSourceArn: mapping.eventSourceArn, bootstrapServers: brokers.join(',') };
  const schedule: Schedule = { topicId: '', lanes: new Map(), busy: new Set() };
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
      onAssigned(assignment) {
        takeAssignment(schedule, assignment);
        if (isStopping) return;
        fetcher.wake();
        dispatcher.resume();
      },
      async onRevoking() {
        dispatcher.pause();
        await dispatcher.idle(sessionTimeoutMs * REVOKE_WAIT_SHARE);
        // Whoever gets the partitions begins at what is committed.
        await committer.flush(sessionTimeoutMs * REVOKE_COMMIT_SHARE);
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
    onChanged: () => {
      if (!isStopping) member.rejoin();
    },
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
      committer.stop();
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
  /** More partitions, or another topic by that name. */
  readonly onChanged: () => void;
}

function fetcherEvents(
  { mapping, log }: PollerOptions,
  schedule: Schedule,
  { onArrived, onChanged }: Arrivals,
): FetcherEvents {
  const { lanes } = schedule;
  const { topic } = mapping;
  let partitionCount = Number.POSITIVE_INFINITY;
  return {
    plan() {
      const { topicId } = schedule;
      const wanted = [...lanes.values()]
        .filter(
          ({ queue, queueBytes }) =>
            queue.length < 2 * mapping.batchSize && queueBytes < QUEUE_BYTES_MAX,
        )
        .map(({ partition, fetchOffset }) => ({ topicId, partition, fetchOffset }));
      return {
        topicId: lanes.size === 0 ? undefined : topicId,
        wanted,
        isPartial: wanted.length < lanes.size,
      };
    },
    onFetched({ target, records, nextOffset }) {
      const lane = laneOf(schedule, target);
      if (lane === undefined) return;
      const nowMs = performance.now();
      const encoded = records.map((record) => encodeRecord(record, nowMs));
      appendFetched(lane, encoded, nextOffset);
      onArrived(records.length);
    },
    onOutOfRange(target, { from, to }) {
      const lane = laneOf(schedule, target);
      if (lane === undefined) return;
      const offset = mapping.startingPosition === 'LATEST' ? to : from;
      log.warn(
        `${topic}-${target.partition}: offset ${target.fetchOffset} is gone, reading goes on at ${offset}`,
      );
      // What is read already and came before the gap is still delivered; a log that was cut off begins anew.
      if (target.fetchOffset < from) lane.fetchOffset = offset;
      else lanes.set(target.partition, createLane(target.partition, offset, -1));
    },
    onPartitionCount(count) {
      if (count > partitionCount) onChanged();
      partitionCount = count;
    },
    onTopicMadeAnew() {
      log.warn(`${topic} was deleted and made anew: it is read from its beginning`);
      lanes.clear();
      partitionCount = Number.POSITIVE_INFINITY;
      onChanged();
    },
  };
}

/** The lane that was to be read from there; undefined where it was assigned anew meanwhile. */
function laneOf(
  { topicId, lanes }: Schedule,
  { topicId: readFrom, partition, fetchOffset }: FetchTarget,
): Lane | undefined {
  const lane = lanes.get(partition);
  return readFrom === topicId && lane?.fetchOffset === fetchOffset ? lane : undefined;
}
