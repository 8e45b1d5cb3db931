import { performance } from 'node:perf_hooks';
import { readAnswer } from './answer.ts';
import { tellDelivery } from './delivery-log.ts';
import type { Discarder } from './discarder.ts';
import type { Delivery } from './dispatcher.ts';
import { eventJson, type EventSourceIdentity } from './event.ts';
import { nextPieces } from './piece.ts';
import type { EnvironmentPool } from './runtime/environment-pool.ts';
import { endStep, type Schedule } from './schedule.ts';
import type { EventSourceLog, Mapping, MappingCounters } from './types.ts';

export interface DeliveryOptions {
  readonly mapping: Mapping;
  readonly source: EventSourceIdentity;
  readonly schedule: Schedule;
  readonly pool: EnvironmentPool;
  readonly discarder: Discarder;
  readonly counters: MappingCounters;
  readonly log: EventSourceLog;
  readonly isStopping: () => boolean;
}

/**
 * Makes one delivery: invokes the function, reads its answer, and changes the schedule by it. Where the event source
 * stops meanwhile, the records stay as they are: unsettled. Never rejects.
 */
export function createDeliverer(options: DeliveryOptions): (delivery: Delivery) => Promise<void> {
  const { mapping, source, schedule, pool, discarder, counters, log, isStopping } = options;

  async function invoke(delivery: Delivery): Promise<void> {
    const { piece, records } = delivery;
    const startedAtMs = performance.now();
    counters.invocations++;
    counters.invoked += records.length;
    const result = await pool.invoke(eventJson(records, source));
    // Killed by us: that says nothing about the records.
    if (isStopping() && result.kind === 'function-error') return;
    const { kind, unsettled, reason } = readAnswer(result, records, mapping.partialResponses);
    counters.failedInvoke += unsettled.length;
    const nowMs = performance.now();
    const invokeCount = piece.invokeCount + 1;
    tellDelivery(log, mapping, {
      count: records.length,
      tookMs: nowMs - startedAtMs,
      delivery: invokeCount,
      reason,
    });
    const bisect = mapping.bisect && kind === 'function-error';
    const { retriesMax } = mapping;
    const { pieces, exhausted } = nextPieces(piece, { unsettled, bisect, retriesMax, nowMs });
    const { requestId } = result;
    const isDone = await discarder.discard(exhausted, {
      condition: 'RetriesExhausted',
      requestId,
      invokeCount,
    });
    if (isDone) endStep(schedule, delivery, pieces);
  }

  return async (delivery) => {
    if (delivery.kind === 'invoke') return invoke(delivery);
    const isDone = await discarder.discard(delivery.records, {
      condition: 'MaximumPayloadSizeExceeded',
      requestId: '',
      invokeCount: 0,
    });
    if (isDone) endStep(schedule, delivery, []);
  };
}
