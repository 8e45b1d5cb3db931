import { traceparentOf } from '../codec/traceparent.ts';
import { changeLine } from '../decide/change-line.ts';
import { whereBytesAre } from '../decide/left-out.ts';
import type { DeadLetterItem, Envelope, FailedEvent } from '../model/dead-letter.ts';
import type { TopicPartitionOffset } from '../model/record.ts';
import type { Log, LogFields } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { FoldJournal } from './folding.ts';

/** What people and alarms read about a failure on its way into the DLQ. The texts are the contract's, word for word. */
export interface DeadLetterJournal extends FoldJournal {
  /**
   * The topic or the index did not take it; it is tried again until the deadline. Whether the topic has it already (`sent`)
   * makes the difference between CRITICAL and an entry that is missing in a list.
   */
  notHandedOn(error: Error): void;
  /** The DLQ topic acknowledged its envelope. */
  sent(envelope: Envelope, bytesMissing: boolean): void;
  /** Topic and index hold it. @param previous what the index held of it before; undefined: nothing */
  published(previous: DeadLetterItem | undefined, item: DeadLetterItem): void;
  /** Nothing like it was ever seen. */
  newGroup(title: string): void;
  /** The time is over; its intake record, which lies there, comes again. */
  unsettled(at: TopicPartitionOffset): void;
}

/**
 * Nothing of it throws; `notHandedOn` and `sent` say each of their texts once, however often they are called.
 * @param nameOf the order's name, which may become known only later (its schema has to be asked for)
 */
export function createDeadLetterJournal(
  event: FailedEvent,
  nameOf: () => string,
  { log, metrics }: { readonly log: Log; readonly metrics: Metrics },
): DeadLetterJournal {
  const { topic, partition, offset } = event.origin;
  const fieldsOf = (): LogFields => ({
    orderId: nameOf(),
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
  });
  let failureSaid = false;
  let sentSaid = false;
  let unlistedSaid = false;
  const notSent = (error: Error) => {
    if (failureSaid) return;
    failureSaid = true;
    const text = `Failed to send order ${nameOf()} to DLQ. Message will be retried.`;
    log.critical(text, { ...fieldsOf(), cause: error.message });
  };
  const notListed = (error: Error) => {
    if (unlistedSaid) return;
    unlistedSaid = true;
    const text = `Order ${nameOf()} is in the DLQ topic, but not listed yet: the index did not take it. It is tried again.`;
    log.error(text, { ...fieldsOf(), cause: error.message });
  };
  return {
    notHandedOn: (error) => (sentSaid ? notListed(error) : notSent(error)),
    sent({ errorType, retryCount }, bytesMissing) {
      if (sentSaid) return;
      sentSaid = true;
      const text = `Message sent to DLQ | OrderID: ${nameOf()} | Error: ${errorType} | Retry Count: ${retryCount}`;
      log.error(text, { ...fieldsOf(), bytesMissing });
      // Whoever left the bytes out of the event has said so.
      if (!bytesMissing || event.leftOut !== undefined) return;
      const where = whereBytesAre(event.origin);
      log.critical(`Order ${nameOf()} is too large for its dead letter: ${where}`, fieldsOf());
    },
    published(previous, item) {
      metrics.add('DeadLettersPublished', 1, { reason: event.reason });
      if (previous === undefined) return;
      const line = changeLine(previous, item);
      log.info(line.text, { ...fieldsOf(), ...line.fields });
    },
    newGroup(title) {
      metrics.add('FailureGroupsNew', 1);
      log.warn(`New failure group ${title}`, fieldsOf());
    },
    unchanged() {
      log.debug(
        `The dead letter of order ${nameOf()} is there already: nothing changes`,
        fieldsOf(),
      );
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
      log.error(text, { ...fieldsOf(), ...intake });
    },
  };
}
