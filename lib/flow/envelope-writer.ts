import type { WrittenEnvelope } from '../decide/dead-letter-item.ts';
import { smallerEnvelope } from '../decide/envelope.ts';
import { partitionOfKey } from '../decide/partition.ts';
import type { DeadLetterItem, Envelope } from '../model/dead-letter.ts';
import type { TopicPartitionOffset } from '../model/record.ts';
import type { Clock } from '../ports/clock.ts';
import type { EnvelopeCodec } from '../ports/envelope-codec.ts';
import type { PublishOutcome, RecordPublisher } from '../ports/record-publisher.ts';
import { createHandOverQueue } from './hand-over-queue.ts';

/**
 * Envelopes that are produced together share their fate until this long: then those that were acknowledged go on, and
 * the others are tried again.
 */
const PUBLISH_TOGETHER_MS = 10_000;

/** Kept back from the deadline, so that what the DLQ topic acknowledged reaches the index. */
const INDEX_RESERVE_MS = 1_000;

export interface EnvelopeWriterDeps {
  readonly publisher: RecordPublisher;
  readonly codec: EnvelopeCodec;
  readonly clock: Clock;
  readonly dlqTopic: string;
}

/** Where records of one dead letter go: with the first one, whatever the topic's partition count is by now. */
type Place = Pick<TopicPartitionOffset, 'topic' | 'partition'>;

/** Writes to the DLQ topic. Rejects where it is not acknowledged; trying again may help. */
export interface DlqWriter {
  /**
   * Writes the envelope, or the largest smaller one that the topic takes; but never one without bytes in place of one that
   * has them.
   *
   * @param previous what the index holds of it; undefined: nothing
   * @param onFirstFailure called while it is still being tried
   */
  write(
    envelope: Envelope,
    previous: WrittenBefore | undefined,
    onFirstFailure: (error: Error) => void,
  ): Promise<WrittenEnvelope>;
  /**
   * Writes a tombstone.
   *
   * @param before where its envelope lies; undefined: nobody knows, and the key decides
   * @param onFirstFailure called while it is still being tried
   * @returns where the envelope lay, or where the tombstone lies if nobody knows
   */
  erase(
    id: string,
    before: TopicPartitionOffset | undefined,
    onFirstFailure: (error: Error) => void,
  ): Promise<TopicPartitionOffset>;
}

type WrittenBefore = Pick<DeadLetterItem, 'envelopeAt' | 'bytesMissing'>;

interface Outgoing {
  readonly key: Uint8Array;
  readonly value: Uint8Array | null;
  readonly place: Place | undefined;
  onFirstFailure(error: Error): void;
}

/** What is to be written at about the same time is produced together. */
export function createDlqWriter(deadlineMs: number, deps: EnvelopeWriterDeps): DlqWriter {
  const { publisher, codec, clock, dlqTopic } = deps;

  const publish = (outgoing: readonly Outgoing[]): Promise<readonly PublishOutcome[]> => {
    const requests = outgoing.map(({ key, value, place }) => ({
      topic: place?.topic ?? dlqTopic,
      build: (count: number) => ({
        key,
        value,
        headers: [],
        partition: place?.partition ?? partitionOfKey(key, count),
      }),
    }));
    return publisher.publish(requests, {
      deadlineMs: Math.min(clock.nowMs() + PUBLISH_TOGETHER_MS, deadlineMs - INDEX_RESERVE_MS),
      onFirstFailure: (index, error) => outgoing[index]?.onFirstFailure(error),
    });
  };
  const queue = createHandOverQueue(publish, clock);

  return {
    async write(envelope, previous, onFirstFailure) {
      const hasBytes = previous?.bytesMissing === false;
      const kept = hasBytes ? { at: previous.envelopeAt, bytesMissing: false } : undefined;
      const place = previous?.envelopeAt;
      const key = Buffer.from(envelope.id, 'utf8');
      let next: Envelope | undefined = envelope;
      for (;;) {
        if (next.bytesMissing && kept !== undefined) return kept;
        const value = await codec.encode(next);
        const outcome = await queue.add({ key, value, place, onFirstFailure });
        if (outcome.kind === 'acknowledged') {
          const { partition, offset } = outcome;
          const at = { topic: place?.topic ?? dlqTopic, partition, offset };
          return { at, bytesMissing: next.bytesMissing };
        }
        next = outcome.kind === 'too-large' ? smallerEnvelope(next) : undefined;
        if (next === undefined) throw outcome.error;
      }
    },
    async erase(id, before, onFirstFailure) {
      const key = Buffer.from(id, 'utf8');
      const outcome = await queue.add({ key, value: null, place: before, onFirstFailure });
      if (outcome.kind !== 'acknowledged') throw outcome.error;
      const { partition, offset } = outcome;
      return before ?? { topic: dlqTopic, partition, offset };
    },
  };
}
