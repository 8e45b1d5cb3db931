import { destinationJson, type Destination, type DiscardedRecord } from './destination.ts';
import type { EventSourceIdentity } from './event.ts';
import type { EncodedRecord, EventSourceLog, Mapping, MappingCounters } from './types.ts';

export interface DiscarderOptions {
  readonly mapping: Mapping;
  readonly source: EventSourceIdentity;
  readonly destination: Destination;
  readonly counters: MappingCounters;
  readonly log: EventSourceLog;
  readonly isCancelled: () => boolean;
}

export type DiscardReason = Pick<DiscardedRecord, 'condition' | 'requestId' | 'invokeCount'>;

export interface Discarder {
  /**
   * Gives records up: to the mapping's destination, or, where it has none, for good. What the destination does not take
   * is lost, as on AWS, and said loudly.
   * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html (DroppedEventCount)
   * @returns false where it was cancelled meanwhile: the records are not done
   */
  discard(records: readonly EncodedRecord[], reason: DiscardReason): Promise<boolean>;
}

export function createDiscarder(options: DiscarderOptions): Discarder {
  const { mapping, source, destination, counters, log, isCancelled } = options;
  const { destinationTopic, functionName } = mapping;

  async function discardOne(record: EncodedRecord, reason: DiscardReason): Promise<boolean> {
    const text = `${record.topic}-${record.partition}@${record.offset} (${reason.condition})`;
    if (destinationTopic === null) {
      counters.DroppedEventCount++;
      log.error(`${text} is dropped: the mapping declares no destinations.onFailure`);
      return true;
    }
    const value = destinationJson({ record, functionName, ...reason, nowMs: Date.now() }, source);
    const outgoing = { topic: destinationTopic, key: record.key, value };
    if (await destination.deliver(outgoing, isCancelled)) {
      counters.OnFailureDestinationDeliveredEventCount++;
      log.warn(`${text} goes to ${destinationTopic}`);
      return true;
    }
    if (isCancelled()) return false;
    counters.OnFailureDestinationDeliveryErrorCount++;
    counters.DroppedEventCount++;
    log.error(`${text} is LOST: ${destinationTopic} did not take it`);
    return true;
  }

  return {
    async discard(records, reason) {
      for (const record of records) {
        if (!(await discardOne(record, reason))) return false;
      }
      return true;
    },
  };
}
