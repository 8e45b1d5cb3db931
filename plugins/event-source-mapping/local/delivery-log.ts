import type { EncodedRecord, EventSourceLog, Mapping, MappingCounters } from './types.ts';

/** At which level of the log the line for each batch stands. */
export type BatchLineLevel = 'debug' | 'info' | 'warn';

export interface DeliveryReport {
  readonly records: readonly EncodedRecord[];
  readonly tookMs: number;
  /** 1 = first delivery of these records. */
  readonly delivery: number;
  /** Empty: all is done. */
  readonly reason: string;
}

export interface DeliveryLogOptions {
  readonly log: EventSourceLog;
  readonly mapping: Mapping;
  readonly batchLines: BatchLineLevel;
}

/**
 * One line for each batch, at the level that was chosen; a failure that goes on is a warning ever more seldom (deliveries
 * 1, 2, 4, 8, …).
 */
export function tellDelivery(
  { log, mapping, batchLines }: DeliveryLogOptions,
  { records, tookMs, delivery, reason }: DeliveryReport,
): void {
  const partitions = [...new Set(records.map(({ partition }) => partition))].toSorted(
    (a, b) => a - b,
  );
  const of = partitions.length === 1 ? 'partition' : 'partitions';
  const text = `${mapping.topic} → ${mapping.functionName}: ${records.length} records, ${of} ${partitions.join(' ')}, ${Math.round(tookMs)} ms`;
  if (reason === '') return log[batchLines](`${text}, done`);
  const level = Number.isInteger(Math.log2(delivery)) ? 'warn' : batchLines;
  log[level](`${text}, delivery ${delivery}: ${reason}`);
}

export function emptyCounters(): MappingCounters {
  return {
    PolledEventCount: 0,
    InvokedEventCount: 0,
    FailedInvokeEventCount: 0,
    DroppedEventCount: 0,
    OnFailureDestinationDeliveredEventCount: 0,
    CommittedEventCount: 0,
    PollingErrorCount: 0,
    InvokeErrorCount: 0,
    OnFailureDestinationDeliveryErrorCount: 0,
    CommitErrorCount: 0,
  };
}
