import { writeRetryState } from '../codec/retry-state.ts';
import { partitionOfKey } from '../decide/partition.ts';
import type { DeadLetterItem, Envelope } from '../model/dead-letter.ts';
import type { RecordContent } from '../model/record.ts';
import type { Redrive } from '../model/retry.ts';
import type { PublishRequest } from '../ports/record-publisher.ts';

/**
 * The original record with a state that begins anew: key, value and headers byte for byte, attempt 1, its origin, and
 * which redrive it is.
 */
export function redriveContent(envelope: Envelope, { id, count }: Redrive): RecordContent {
  const { originalKey: key, originalValue: value, originalHeaders } = envelope;
  const origin = {
    topic: envelope.originalTopic,
    partition: envelope.originalPartition,
    offset: envelope.originalOffset,
    timestampMs: envelope.originalTimestamp,
  };
  const headers = writeRetryState(originalHeaders, { attempt: 1, origin, redrive: { id, count } });
  return { key, value, headers };
}

/** The key decides the partition as it does in the Java client; those without one are spread by their dead letter's id. */
export function redriveRequest(
  content: RecordContent,
  { id }: Pick<DeadLetterItem, 'id'>,
  topic: string,
): PublishRequest {
  const spreadBy = content.key ?? Buffer.from(id, 'utf8');
  return {
    topic,
    build: (count) => ({ ...content, partition: partitionOfKey(spreadBy, count) }),
  };
}
