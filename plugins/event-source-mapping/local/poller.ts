import { takeAssignment } from './assignment.ts';
import { createCommitter } from './committer.ts';
import { createDeliverer } from './delivery.ts';
import { emptyCounters, type BatchLineLevel } from './delivery-log.ts';
import type { Destination } from './destination.ts';
import { createDiscarder } from './discarder.ts';
import { createDispatcher } from './dispatcher.ts';
import { emptyEventBytes } from './event.ts';
import { createFetcher } from './fetcher.ts';
import { createGroupMember, type GroupMember, type MemberState } from './group-member.ts';
import { errorText } from './kafka-errors.ts';
import { createLagWatch } from './lag-watch.ts';
import { committableOffset, lagOf } from './lane.ts';
import { laneFeed } from './lane-feed.ts';
import { createPollerCount } from './poller-count.ts';
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
  readonly batchLines: BatchLineLevel;
  /** Records that may wait before it is said that the mapping falls behind. */
  readonly lagWarning: number;
}

export interface PartitionState {
  readonly partition: number;
  readonly committedOffset: number;
  readonly endOffset: number;
  readonly lag: number;
}

export interface PollerState {
  readonly mapping: Mapping;
  readonly state: MemberState | 'stopped';
  readonly partitions: readonly number[];
  readonly pollers: number;
  readonly progress: readonly PartitionState[];
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

/** Serves one mapping: a member of its group that invokes the function and commits what is settled. */
export function createPoller(options: PollerOptions): Poller {
  const { mapping, brokers, sessionTimeoutMs } = options;
  const source = { eventSourceArn: mapping.eventSourceArn, bootstrapServers: brokers.join(',') };
  const schedule: Schedule = { topicId: '', lanes: new Map(), busy: new Set(), windowFromMs: 0 };
  const lagWatch = createLagWatch({
    limit: options.lagWarning,
    name: `${mapping.topic} → ${mapping.functionName}`,
    log: options.log,
  });
  const counters = emptyCounters();
  let state: PollerState['state'] = 'joining';
  let isStopping = false;
  const isCancelled = () => isStopping;

  const discarder = createDiscarder({ ...options, source, counters, isCancelled });
  const dispatcher = createDispatcher({
    schedule,
    limits: { ...mapping, emptyEventBytes: emptyEventBytes(source) },
    concurrency: () => pollers.current() * mapping.pollers.invocationsEach,
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
  const pollers = createPollerCount({ ...options, schedule, onMore: () => dispatcher.pump() });
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
  const events = laneFeed({
    ...options,
    schedule,
    onArrived(count) {
      counters.PolledEventCount += count;
      dispatcher.pump();
      lagWatch.look([...schedule.lanes.values()].reduce((sum, lane) => sum + lagOf(lane), 0));
    },
    onError: () => counters.PollingErrorCount++,
    onChanged: () => {
      if (!isStopping) member.rejoin();
    },
  });
  const fetcher = createFetcher({ ...options, events });

  return {
    ready: member.join(),
    state: () => ({
      mapping,
      state,
      partitions: [...schedule.lanes.keys()],
      pollers: pollers.current(),
      progress: progressOf(schedule),
      counters,
    }),
    async stop(drainMs) {
      isStopping = true;
      pollers.stop();
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
        counters.CommittedEventCount += Math.max(0, offset - lane.committedOffset);
        lane.committedOffset = offset;
      }
    },
    onFailed(error) {
      counters.CommitErrorCount++;
      log.debug(`${mapping.groupId}: commit failed: ${errorText(error)}`);
    },
  });
}

function progressOf({ lanes }: Schedule): PartitionState[] {
  return [...lanes.values()].map((lane) => ({
    partition: lane.partition,
    committedOffset: lane.committedOffset,
    endOffset: lane.endOffset,
    lag: lagOf(lane),
  }));
}
