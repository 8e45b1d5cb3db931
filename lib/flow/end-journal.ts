import { orderName } from '../decide/order-name.ts';
import { changeLine } from '../decide/change-line.ts';
import type { EndEvent } from '../decide/fold.ts';
import type { DeadLetterItem } from '../model/dead-letter.ts';
import type { TopicPartitionOffset } from '../model/record.ts';
import type { Log, LogFields } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { FoldJournal } from './folding.ts';

/** What people read about the end of a dead letter: resolved, or purged. */
export interface EndJournal extends FoldJournal {
  /** Tombstone and index say so. */
  ended(before: DeadLetterItem | undefined, item: DeadLetterItem): void;
  /** The time is over; its intake record, which lies there, comes again. */
  unsettled(at: TopicPartitionOffset): void;
}

/** Nothing of it throws; `notHandedOn` says its text once, however often it is called. */
export function createEndJournal(
  event: EndEvent,
  { log, metrics }: { readonly log: Log; readonly metrics: Metrics },
): EndJournal {
  const fields: LogFields =
    event.kind === 'processed'
      ? {
          deadLetterId: event.id,
          redriveId: event.redrive.id,
          attempt: event.attempts,
          topic: event.origin.topic,
          partition: event.origin.partition,
          offset: event.origin.offset,
        }
      : { deadLetterId: event.id, jobId: event.jobId };
  let failureSaid = false;
  return {
    notHandedOn(error) {
      if (failureSaid) return;
      failureSaid = true;
      const text = `The end of dead letter ${event.id} is not written: the DLQ topic or the index did not take it. It is tried again.`;
      log.error(text, { ...fields, cause: error.message });
    },
    ended(before, item) {
      metrics.add('DeadLettersEnded', 1, { state: item.state });
      const line = changeLine(before, item);
      const orderId = orderName(item.orderId ?? undefined);
      log.info(line.text, { ...fields, ...line.fields, orderId });
    },
    unchanged() {
      log.debug(`Dead letter ${event.id} stays as it is: ${event.kind} changes nothing`, fields);
    },
    unsettled(at) {
      metrics.add('RecordsUnsettled', 1);
      const text = `Dead letter ${event.id} is not settled: its intake record stays uncommitted and comes again`;
      log.error(text, {
        ...fields,
        intakeTopic: at.topic,
        intakePartition: at.partition,
        intakeOffset: at.offset,
      });
    },
  };
}
