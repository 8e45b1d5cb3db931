import type { DeadLetterItem, ProcessedEvent } from '../model/dead-letter.ts';

/**
 * What is known of a dead letter whose success comes while the index holds nothing of it (the index was lost, or the
 * event of its failure comes later): enough that no late failure brings it back. Revision 0: it is not there yet. Pure,
 * total.
 */
export function toResolvedStub(
  { id, origin, redrive, processedAtMs }: ProcessedEvent,
  { nowMs, consumerGroup }: { readonly nowMs: number; readonly consumerGroup: string },
): DeadLetterItem {
  const timestamp = new Date(processedAtMs).toISOString();
  return {
    id,
    revision: 0,
    state: 'redriving',
    reason: 'retries-exhausted',
    orderId: null,
    originalMessage: null,
    originalMessageTruncated: false,
    originalMessageEncoding: null,
    errorMessage: 'The index holds nothing of its failure',
    errorType: 'Unknown',
    retryCount: 0,
    failedAttempts: 0,
    firstFailureTimestamp: timestamp,
    lastFailureTimestamp: timestamp,
    originalTopic: origin.topic,
    originalPartition: origin.partition,
    originalOffset: origin.offset,
    consumerGroup,
    bytesMissing: true,
    arrivedAtMs: nowMs,
    redriveCount: redrive.count,
    // Where its envelope lies, nobody knows: the writer puts the place of its tombstone here.
    envelopeAt: { topic: '', partition: 0, offset: 0 },
    group: '',
    totalAttempts: 0,
    changedAtMs: nowMs,
    redrive: null,
    history: [],
    expiresAtMs: null,
  };
}
