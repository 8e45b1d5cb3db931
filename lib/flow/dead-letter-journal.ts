import { traceparentOf } from '../codec/traceparent.ts';
import { orderName } from '../decide/order-name.ts';
import type { Envelope, IntakeEvent } from '../model/dead-letter.ts';
import type { Log, LogFields } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';

/** What people and alarms read about one dead letter on its way. The texts are the contract's, word for word. */
export interface DeadLetterJournal {
  /** At the first failure to hand it on; it is tried again until the deadline. */
  notHandedOn(error: Error): void;
  /** The DLQ topic acknowledged its envelope. */
  sent(envelope: Envelope, bytesMissing: boolean): void;
  /** Topic and index hold it. */
  published(): void;
  /** A duplicate, or too late: nothing had to change. */
  unchanged(): void;
}

/** Nothing of it throws; `notHandedOn` and `sent` say their text once, however often they are called. */
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
    ...traceparentOf(event.record.headers),
  };
  let failureSaid = false;
  let sentSaid = false;
  return {
    notHandedOn(error) {
      if (failureSaid) return;
      failureSaid = true;
      const text = `Failed to send order ${name} to DLQ. Message will be retried.`;
      log.critical(text, { ...fields, cause: error.message });
    },
    sent({ errorType, retryCount }, bytesMissing) {
      if (sentSaid) return;
      sentSaid = true;
      const text = `Message sent to DLQ | OrderID: ${name} | Error: ${errorType} | Retry Count: ${retryCount}`;
      log.error(text, { ...fields, bytesMissing });
    },
    published() {
      metrics.add('DeadLettersPublished', 1, { reason: event.reason });
    },
    unchanged() {
      log.debug(`The dead letter of order ${name} is there already: nothing changes`, fields);
    },
  };
}
