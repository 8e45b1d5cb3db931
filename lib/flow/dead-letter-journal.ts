import { traceparentOf } from '../codec/traceparent.ts';
import { whereBytesAre } from '../decide/left-out.ts';
import { orderName } from '../decide/order-name.ts';
import type { Envelope, IntakeEvent } from '../model/dead-letter.ts';
import type { TopicPartitionOffset } from '../model/record.ts';
import type { Log, LogFields } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';

/** What people and alarms read about one dead letter on its way. The texts are the contract's, word for word. */
export interface DeadLetterJournal {
  /**
   * The topic or the index did not take it; it is tried again until the deadline. Whether the topic has it already (`sent`)
   * makes the difference between CRITICAL and an entry that is missing in a list.
   */
  notHandedOn(error: Error): void;
  /** The DLQ topic acknowledged its envelope. */
  sent(envelope: Envelope, bytesMissing: boolean): void;
  /** Topic and index hold it. */
  published(): void;
  /** A duplicate, or too late: nothing had to change. */
  unchanged(): void;
  /** The time is over; its intake record, which lies there, comes again. */
  unsettled(at: TopicPartitionOffset): void;
}

/** Nothing of it throws; `notHandedOn` and `sent` say each of their texts once, however often they are called. */
export function createDeadLetterJournal(
  event: IntakeEvent,
  orderId: string | undefined,
  { log, metrics }: { readonly log: Log; readonly metrics: Metrics },
): DeadLetterJournal {
  const name = orderName(orderId);
  const { topic, partition, offset } = event.origin;
  const fields: LogFields = {
    orderId: name,
    deadLetterId: event.id,
    reason: event.reason,
    attempt: event.attempts,
    topic,
    partition,
    offset,
    errorType: event.error.type,
    errorMessage: event.error.message,
    // Without its bytes the event has no headers either.
    traceparent: event.leftOut?.traceparent ?? traceparentOf(event.record.headers).traceparent,
  };
  let failureSaid = false;
  let sentSaid = false;
  let unlistedSaid = false;
  const notSent = (error: Error) => {
    if (failureSaid) return;
    failureSaid = true;
    const text = `Failed to send order ${name} to DLQ. Message will be retried.`;
    log.critical(text, { ...fields, cause: error.message });
  };
  const notListed = (error: Error) => {
    if (unlistedSaid) return;
    unlistedSaid = true;
    const text = `Order ${name} is in the DLQ topic, but not listed yet: the index did not take it. It is tried again.`;
    log.error(text, { ...fields, cause: error.message });
  };
  return {
    notHandedOn: (error) => (sentSaid ? notListed(error) : notSent(error)),
    sent({ errorType, retryCount }, bytesMissing) {
      if (sentSaid) return;
      sentSaid = true;
      const text = `Message sent to DLQ | OrderID: ${name} | Error: ${errorType} | Retry Count: ${retryCount}`;
      log.error(text, { ...fields, bytesMissing });
      // Whoever left the bytes out of the event has said so.
      if (!bytesMissing || event.leftOut !== undefined) return;
      const where = whereBytesAre(event.origin);
      log.critical(`Order ${name} is too large for its dead letter: ${where}`, fields);
    },
    published() {
      metrics.add('DeadLettersPublished', 1, { reason: event.reason });
    },
    unchanged() {
      log.debug(`The dead letter of order ${name} is there already: nothing changes`, fields);
    },
    unsettled(at) {
      if (!sentSaid) notSent(new Error('the deadline came before any answer'));
      metrics.add('RecordsUnsettled', 1);
      const text = `Dead letter ${event.id} is not settled: its intake record stays uncommitted and comes again`;
      const intake = {
        intakeTopic: at.topic,
        intakePartition: at.partition,
        intakeOffset: at.offset,
      };
      log.error(text, { ...fields, ...intake });
    },
  };
}
