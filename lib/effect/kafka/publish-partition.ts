import type { KafkaConnection } from './connection.ts';
import { cutBatches, halves } from './cut-batches.ts';
import { BrokerRefusal, CODE, refuseFailure } from './kafka-error.ts';
import { produceRequest } from './protocol.ts';
import type { PublishJournal } from './publish-journal.ts';
import type { TopicLayout } from './topic-cache.ts';
import type { OutgoingRecord } from '../../ports/record-publisher.ts';

export interface BuiltRecord {
  /** Of its request. */
  readonly index: number;
  readonly record: OutgoingRecord;
}

export interface PartitionTarget {
  readonly layout: TopicLayout;
  readonly partition: number;
  readonly journal: PublishJournal;
  readonly deadlineMs: number;
  readonly connection: KafkaConnection;
  readonly nowMs: () => number;
}

/**
 * Writes records to one partition, batch after batch, until one fails. Never rejects.
 * @returns indexes of the requests without an outcome, in order
 */
export async function publishPartition(
  target: PartitionTarget,
  records: readonly BuiltRecord[],
): Promise<number[]> {
  const { journal } = target;
  const waiting = cutBatches(records, ({ record }) => record);
  for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
    const left = (): number[] => [batch, ...waiting].flat().map(({ index }) => index);
    if (journal.isOver()) return left();
    try {
      const firstOffset = await sendBatch(target, batch);
      if (firstOffset === undefined) return left();
      for (const [at, { index }] of batch.entries()) {
        journal.acknowledged(index, target.partition, firstOffset + at);
      }
    } catch (error) {
      if (!isTooLarge(error)) {
        // What is behind it waits with it, so that the partition keeps the order of the requests.
        journal.failed(left(), error);
        return left();
      }
      const [only] = batch;
      if (batch.length === 1 && only !== undefined) journal.tooLarge(only.index, error);
      else waiting.unshift(...halves(batch));
    }
  }
  return [];
}

/** Offset of the batch's first record; undefined where it was not sent because the time is over. */
async function sendBatch(
  { layout, partition, journal, deadlineMs, connection, nowMs }: PartitionTarget,
  batch: readonly BuiltRecord[],
): Promise<number | undefined> {
  const { topic, leaders } = layout;
  const leader = leaders[partition];
  if (leader === undefined) throw new Error(`topic ${topic} has no partition ${partition}`);
  if (leader < 0) throw new Error(`partition ${partition} of ${topic} has no leader now`);
  const broker = await connection.broker(leader, deadlineMs);
  return connection.serially(async () => {
    if (journal.isOver()) return undefined;
    const records = batch.map(({ record }) => record);
    const request = produceRequest({ topic, partition }, records, {
      timeoutMs: Math.max(1, Math.ceil(connection.requestTimeoutMs(deadlineMs))),
      timestampMs: nowMs(),
    });
    const response = await connection.send(broker, request, deadlineMs);
    const answer = response.topics[0]?.partitions[0];
    if (answer === undefined) throw new Error(`the answer about ${topic} names no partition`);
    refuseFailure(answer.errorCode, `partition ${partition} of ${topic}`);
    return Number(answer.baseOffset);
  });
}

function isTooLarge(error: unknown): error is BrokerRefusal {
  return (
    error instanceof BrokerRefusal &&
    (error.code === CODE.MESSAGE_TOO_LARGE || error.code === CODE.RECORD_LIST_TOO_LARGE)
  );
}
