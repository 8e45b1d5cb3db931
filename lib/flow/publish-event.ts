import { partitionOfKey } from '../decide/partition.ts';
import { AppError } from '../model/errors.ts';
import type { RecordHeader, TopicPartitionOffset } from '../model/record.ts';
import type { RecordPublisher } from '../ports/record-publisher.ts';

export interface NewEvent {
  readonly topic: string;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly headers: readonly RecordHeader[];
}

/**
 * Writes one event, and says where it lies once all in-sync replicas have it. The key decides the partition as it does
 * in the Java client.
 *
 * @param deadlineMs epoch ms
 * @throws AppError PUBLISH_NOT_ACKNOWLEDGED: it may be there or not; REQUEST_INVALID: the topic refuses its size
 */
export async function publishEvent(
  { topic, key, value, headers }: NewEvent,
  deadlineMs: number,
  publisher: RecordPublisher,
): Promise<TopicPartitionOffset> {
  const build = (partitionCount: number) => ({
    key,
    value,
    headers,
    partition: partitionOfKey(key, partitionCount),
  });
  const [outcome] = await publisher.publish([{ topic, build }], { deadlineMs });
  if (outcome?.kind === 'acknowledged') {
    return { topic, partition: outcome.partition, offset: outcome.offset };
  }
  if (outcome?.kind === 'too-large') {
    throw new AppError(
      'REQUEST_INVALID',
      `The event has ${value.length} bytes, more than topic ${topic} takes: ask for less in it`,
      { cause: outcome.error },
    );
  }
  throw new AppError(
    'PUBLISH_NOT_ACKNOWLEDGED',
    `The brokers did not acknowledge ${Buffer.from(key).toString('utf8')} for topic ${topic}. It may have been written all the same: look whether it is there before you send it again`,
    { cause: outcome?.error },
  );
}
