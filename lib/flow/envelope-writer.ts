import type { WrittenEnvelope } from '../decide/dead-letter-item.ts';
import { smallerEnvelope } from '../decide/envelope.ts';
import { partitionOfKey } from '../decide/partition.ts';
import type { Envelope } from '../model/dead-letter.ts';
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

/**
 * Writes the envelope, or the largest smaller one that the topic takes, and resolves once the topic acknowledged it.
 * Rejects where it did not; trying again may help.
 *
 * @param onFirstFailure called while it is still being tried
 */
export type WriteEnvelope = (
  envelope: Envelope,
  onFirstFailure: (error: Error) => void,
) => Promise<WrittenEnvelope>;

interface Outgoing {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  onFirstFailure(error: Error): void;
}

/** Envelopes that are to be written at about the same time are produced together. */
export function createEnvelopeWriter(deadlineMs: number, deps: EnvelopeWriterDeps): WriteEnvelope {
  const { publisher, codec, clock, dlqTopic: topic } = deps;

  const publish = (outgoing: readonly Outgoing[]): Promise<readonly PublishOutcome[]> => {
    const requests = outgoing.map(({ key, value }) => ({
      topic,
      build: (count: number) => ({
        key,
        value,
        headers: [],
        partition: partitionOfKey(key, count),
      }),
    }));
    return publisher.publish(requests, {
      deadlineMs: Math.min(clock.nowMs() + PUBLISH_TOGETHER_MS, deadlineMs - INDEX_RESERVE_MS),
      onFirstFailure: (index, error) => outgoing[index]?.onFirstFailure(error),
    });
  };
  const queue = createHandOverQueue(publish, clock);

  return async (envelope, onFirstFailure) => {
    const key = Buffer.from(envelope.id, 'utf8');
    let next: Envelope | undefined = envelope;
    for (;;) {
      const value = await codec.encode(next);
      const outcome = await queue.add({ key, value, onFirstFailure });
      if (outcome.kind === 'acknowledged') {
        const { partition, offset } = outcome;
        return { at: { topic, partition, offset }, bytesMissing: next.bytesMissing };
      }
      next = outcome.kind === 'too-large' ? smallerEnvelope(next) : undefined;
      if (next === undefined) throw outcome.error;
    }
  };
}
