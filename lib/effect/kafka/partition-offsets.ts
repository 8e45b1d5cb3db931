import type { KafkaConnection } from './connection.ts';
import { refuseFailure } from './kafka-error.ts';
import { listOffsetsRequest } from './protocol.ts';
import type { PartitionOffsets } from '../../ports/record-reader.ts';

/**
 * First and next offset of every partition; undefined where the topic does not exist. One try: rejects, and forgets
 * what is known of the topic, where a leader does not answer for its partitions.
 */
export async function listOffsets(
  connection: KafkaConnection,
  topic: string,
  deadlineMs: number,
): Promise<readonly PartitionOffsets[] | undefined> {
  const layout = await connection.topic(topic, deadlineMs);
  if (layout === undefined) return undefined;
  const byLeader = Map.groupBy(layout.leaders.keys(), (partition) => layout.leaders[partition]);
  try {
    const offsets = await Promise.all(
      [...byLeader].map(([leader, partitions]) =>
        offsetsAt(connection, { topic, leader: leader ?? -1, partitions }, deadlineMs),
      ),
    );
    return offsets.flat().toSorted((a, b) => a.partition - b.partition);
  } catch (error) {
    connection.forgetTopic(topic);
    throw error;
  }
}

interface LedPartitions {
  readonly topic: string;
  readonly leader: number;
  readonly partitions: readonly number[];
}

async function offsetsAt(
  connection: KafkaConnection,
  { topic, leader, partitions }: LedPartitions,
  deadlineMs: number,
): Promise<PartitionOffsets[]> {
  if (leader < 0) throw new Error(`partitions ${partitions.join(', ')} of ${topic} have no leader`);
  const broker = await connection.broker(leader, deadlineMs);
  const ask = async (which: 'earliest' | 'latest'): Promise<ReadonlyMap<number, number>> => {
    const request = listOffsetsRequest(topic, partitions, which);
    const { responses } = await connection.send(broker, request, deadlineMs);
    const answers = responses.flatMap((response) => response.partitions);
    for (const { partition, errorCode } of answers) {
      refuseFailure(errorCode, `offsets of partition ${partition} of ${topic}`);
    }
    return new Map(answers.map(({ partition, offset }) => [partition, Number(offset)]));
  };
  const [low, high] = await Promise.all([ask('earliest'), ask('latest')]);
  return partitions.map((partition) => ({
    partition,
    lowOffset: low.get(partition) ?? 0,
    highOffset: high.get(partition) ?? 0,
  }));
}
