import { ListOffsetTimestamps, type Consumer } from '@platformatic/kafka';
import type { Mapping } from './types.ts';

export interface AssignedPartition {
  readonly partition: number;
  /** −1: the group has none. */
  readonly committedOffset: number;
  /** Where reading starts. */
  readonly startOffset: number;
}

/** The partitions that fall to a member, all of the topic with that id. */
export interface Assignment {
  readonly topicId: string;
  readonly partitions: readonly AssignedPartition[];
}

export interface PositionsWanted {
  readonly mapping: Mapping;
  readonly partitions: readonly number[];
  /** Id of the topic at the member's assignment before this one; undefined at its first. */
  readonly formerTopicId: string | undefined;
}

/**
 * Where reading starts: at what the group has committed, or else at the mapping's starting position. But a topic that was
 * deleted and made again meanwhile (only its id tells, KIP-516) is read from its beginning: all of its records came
 * after the mapping began to read, and what is committed under its name may be the old topic's, because Kafka deletes
 * that only after the name is gone. AWS is silent; the Java consumer takes the new topic, but keeps its old position
 * (KAFKA-12257).
 * https://cwiki.apache.org/confluence/display/KAFKA/KIP-516%3A+Topic+Identifiers
 * Rejects where the cluster cannot be asked, or the topic changes at that moment: ask again.
 */
export async function positionsOf(
  consumer: Consumer,
  { mapping, partitions, formerTopicId }: PositionsWanted,
): Promise<Assignment> {
  const { topic, startingPosition } = mapping;
  const topicId = await topicIdOf(consumer, topic);
  if (partitions.length === 0) return { topicId, partitions: [] };
  const isMadeAnew = formerTopicId !== undefined && formerTopicId !== topicId;
  const wanted = [...partitions];
  const committed = await consumer.listCommittedOffsets({
    topics: [{ topic, partitions: wanted }],
  });
  const listed = async (timestamp: bigint) => {
    const lists = await consumer.listOffsets({
      topics: [topic],
      partitions: { [topic]: wanted },
      timestamp,
    });
    return lists.get(topic) ?? [];
  };
  const timestamp =
    isMadeAnew || startingPosition === 'TRIM_HORIZON'
      ? ListOffsetTimestamps.EARLIEST
      : startingPosition === 'LATEST'
        ? ListOffsetTimestamps.LATEST
        : BigInt(mapping.startingTimestampMs);
  const starts = await listed(timestamp);
  // Nothing is that young: what comes from now on is.
  const ends = timestamp > 0n ? await listed(ListOffsetTimestamps.LATEST) : [];
  // Neither answer says which topic it is about.
  if ((await topicIdOf(consumer, topic)) !== topicId)
    throw new Error(`${topic} is being made anew`);
  return {
    topicId,
    partitions: wanted.map((partition) => {
      const found = Number(committed.get(topic)?.[partition] ?? -1n);
      const committedOffset = isMadeAnew ? -1 : found;
      const listedOffset = starts[partition] ?? -1n;
      const start = Number(listedOffset >= 0n ? listedOffset : (ends[partition] ?? 0n));
      return {
        partition,
        committedOffset,
        startOffset: committedOffset >= 0 ? committedOffset : start,
      };
    }),
  };
}

/** The topic's id now, as the cluster says it. Rejects where there is no such topic. */
export async function topicIdOf(consumer: Consumer, topic: string): Promise<string> {
  const metadata = await consumer.metadata({ topics: [topic], forceUpdate: true });
  const id = metadata.topics.get(topic)?.id;
  if (id === undefined) throw new Error(`Unknown topic ${topic}.`);
  return id;
}
