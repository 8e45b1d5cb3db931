import type { EventSourceLog, Mapping, MappingCounters } from './types.ts';

export interface DeliveryReport {
  readonly count: number;
  readonly tookMs: number;
  /** 1 = first delivery of these records. */
  readonly delivery: number;
  /** Empty: all is done. */
  readonly reason: string;
}

/** One line for each batch; a failure that goes on is a warning ever more seldom (deliveries 1, 2, 4, 8, …). */
export function tellDelivery(log: EventSourceLog, mapping: Mapping, report: DeliveryReport): void {
  const { count, tookMs, delivery, reason } = report;
  const text = `${mapping.topic} → ${mapping.functionName}: ${count} records, ${Math.round(tookMs)} ms`;
  if (reason === '') return log.debug(`${text}, done`);
  const level = Number.isInteger(Math.log2(delivery)) ? 'warn' : 'debug';
  log[level](`${text}, delivery ${delivery}: ${reason}`);
}

export function emptyCounters(): MappingCounters {
  return {
    polled: 0,
    invoked: 0,
    failedInvoke: 0,
    dropped: 0,
    destinationDelivered: 0,
    destinationDeliveryErrors: 0,
    committed: 0,
    invocations: 0,
  };
}
