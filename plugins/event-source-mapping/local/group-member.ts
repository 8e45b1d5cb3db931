import { Consumer } from '@platformatic/kafka';
import { clientIdOf, removeDeadMembers } from './dead-members.ts';
import { errorText, isTopicMissing } from './kafka-errors.ts';
import { positionsOf, topicIdOf, type Assignment } from './positions.ts';
import type { EventSourceLog, Mapping } from './types.ts';

export interface GroupMemberEvents {
  /** After every (re)join; replaces what was assigned before. */
  onAssigned(assignment: Assignment): void;
  /** The group is about to rebalance: resolves when nothing of ours runs any more, or the time is up. */
  onRevoking(): Promise<void>;
  onState(state: MemberState): void;
}

export type MemberState = 'joining' | 'waiting-for-topic' | 'broker-unreachable' | 'member';

export interface GroupMember {
  /** Joins, and keeps trying. Resolves when it is a member for the first time, or was closed. */
  join(): Promise<void>;
  /** Joins again: the topic has more partitions now, or was made anew. */
  rejoin(): void;
  /** Rejects where the coordinator refuses, or the topic is not the one that was assigned. */
  commit(offsets: ReadonlyMap<number, number>): Promise<void>;
  /** Leaves the group. Never rejects. */
  close(): Promise<void>;
}

export interface GroupMemberOptions {
  readonly brokers: readonly string[];
  readonly mapping: Mapping;
  readonly log: EventSourceLog;
  readonly events: GroupMemberEvents;
  readonly sessionTimeoutMs: number;
}

const QUIET_MS = 3_000;
const RETRY_FIRST_MS = 200;
const RETRY_MAX_MS = 2_000;

/** Membership in the mapping's consumer group, with the topic's partitions that fall to it. */
export function createGroupMember(options: GroupMemberOptions): GroupMember {
  const { mapping, log, events, sessionTimeoutMs } = options;
  const { topic, groupId } = mapping;
  let isClosed = false;
  let isJoining = false;
  let wasMember = false;
  let topicId: string | undefined;
  let lastComplaint = '';
  let failingSinceMs: number | undefined;
  const consumer = new Consumer({
    clientId: clientIdOf(process.pid),
    bootstrapBrokers: [...options.brokers],
    groupId,
    retries: 0,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: Math.floor(sessionTimeoutMs / 5),
    rebalanceTimeout: 60_000,
    // Asked for before every JoinGroup: the place to let running invocations end before partitions may go elsewhere.
    protocolsMetadata: async () => {
      if (wasMember) await events.onRevoking();
      return Buffer.alloc(0);
    },
  });
  consumer.topics.trackAll(topic);
  // A failed rejoin ends the client's own heartbeats; joining anew is up to us.
  consumer.on('error', (error: Error) => {
    log.debug(`${groupId}: ${errorText(error)}`);
    void joinUntilMember();
  });
  consumer.on('consumer:group:join', () => {
    wasMember = true;
    void readPositions();
  });

  function complain(error: unknown): void {
    const missing = isTopicMissing(error);
    failingSinceMs ??= Date.now();
    // A coordinator that is only just starting is no news.
    if (!missing && Date.now() - failingSinceMs < QUIET_MS) return;
    events.onState(missing ? 'waiting-for-topic' : 'broker-unreachable');
    const text = missing
      ? `Topic ${topic} does not exist yet: the mapping to ${mapping.functionName} waits for it`
      : `${groupId} cannot join (${errorText(error)}): the mapping of ${topic} keeps trying`;
    // Once for each cause, not once for each try.
    const kind = missing ? 'missing' : 'unreachable';
    if (lastComplaint !== kind) log.warn(text);
    lastComplaint = kind;
  }

  async function joinUntilMember(): Promise<void> {
    if (isJoining) return;
    isJoining = true;
    for (let delayMs = RETRY_FIRST_MS; !isClosed; delayMs = Math.min(delayMs * 2, RETRY_MAX_MS)) {
      try {
        await consumer.joinGroup({});
        break;
      } catch (error) {
        if (isClosed) break;
        consumer.clearMetadata();
        complain(error);
        await sleep(delayMs);
      }
    }
    isJoining = false;
  }

  async function readPositions(): Promise<void> {
    const { generationId } = consumer;
    const partitions =
      consumer.assignments?.find((assigned) => assigned.topic === topic)?.partitions ?? [];
    for (let delayMs = RETRY_FIRST_MS; !isClosed; delayMs = Math.min(delayMs * 2, RETRY_MAX_MS)) {
      try {
        const wanted = { mapping, partitions, formerTopicId: topicId };
        const assignment = await positionsOf(consumer, wanted);
        if (consumer.generationId !== generationId) return;
        topicId = assignment.topicId;
        lastComplaint = '';
        failingSinceMs = undefined;
        events.onAssigned(assignment);
        events.onState('member');
        return;
      } catch (error) {
        if (isClosed || consumer.generationId !== generationId) return;
        complain(error);
        await sleep(delayMs);
      }
    }
  }

  return {
    async join() {
      events.onState('joining');
      await removeDeadMembers(options.brokers, groupId).catch((error: unknown) =>
        log.debug(`${groupId}: ${errorText(error)}`),
      );
      await joinUntilMember();
    },
    rejoin() {
      consumer.clearMetadata();
      void joinUntilMember();
    },
    async commit(offsets) {
      // Committed is under the name alone: no offset of a topic that is gone may count for one made anew.
      if ((await topicIdOf(consumer, topic)) !== topicId) throw new Error(`${topic} was made anew`);
      await consumer.commit({
        offsets: [...offsets].map(([partition, offset]) => ({
          topic,
          partition,
          offset: BigInt(offset),
          leaderEpoch: -1,
        })),
      });
    },
    async close() {
      isClosed = true;
      try {
        await consumer.close(true);
      } catch (error) {
        log.debug(`${groupId}: leaving failed: ${errorText(error)}`);
      }
    },
  };
}

function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
