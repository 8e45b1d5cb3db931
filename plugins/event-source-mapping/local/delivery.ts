import { performance } from 'node:perf_hooks';
import { readAnswer } from './answer.ts';
import { tellDelivery, type BatchLineLevel } from './delivery-log.ts';
import type { Discarder } from './discarder.ts';
import type { Delivery } from './dispatcher.ts';
import { eventJson, type EventSourceIdentity } from './event.ts';
import { nextPieces } from './piece.ts';
import type { EnvironmentPool } from './runtime/environment-pool.ts';
import { endStep, type Schedule } from './schedule.ts';
import type { EncodedRecord, EventSourceLog, Mapping, MappingCounters } from './types.ts';

export interface DeliveryOptions {
  readonly mapping: Mapping;
  readonly source: EventSourceIdentity;
  readonly schedule: Schedule;
  readonly pool: EnvironmentPool;
  readonly discarder: Discarder;
  readonly counters: MappingCounters;
  readonly log: EventSourceLog;
  readonly batchLines: BatchLineLevel;
  readonly isStopping: () => boolean;
}

/**
 * Makes one delivery: invokes the function, reads its answer, and changes the schedule by it. Where the event source
 * stops meanwhile, the records stay as they are: unsettled. Never rejects.
 */
export function createDeliverer(options: DeliveryOptions): (delivery: Delivery) => Promise<void> {
  const { mapping, source, schedule, pool, discarder, counters, isStopping } = options;
  const { bisect, retriesMax, behaviour } = mapping;

  async function invoke(delivery: Delivery, records: readonly EncodedRecord[]): Promise<void> {
    const { piece } = delivery;
    const startedAtMs = performance.now();
    counters.InvokedEventCount += records.length;
    const result = await pool.invoke(eventJson(records, source));
    // Killed by us: that says nothing about the records.
    if (isStopping() && result.kind === 'function-error') return;
    const nowMs = performance.now();
    if (mapping.mode === 'on-demand') schedule.windowFromMs = nowMs;
    const { kind, unsettled, reason } = readAnswer(result, records, mapping);
    counters.FailedInvokeEventCount += unsettled.length;
    if (unsettled.length > 0) counters.InvokeErrorCount++;
    const invokeCount = piece.invokeCount + 1;
    tellDelivery(options, { records, tookMs: nowMs - startedAtMs, delivery: invokeCount, reason });
    const { requestId } = result;
    const { pieces, exhausted } = nextPieces(piece, {
      requestId,
      unsettled,
      bisect: bisect && kind === 'function-error',
      retriesMax,
      nowMs,
      behaviour,
    });
    const condition = behaviour.retriesCondition;
    const isDone = await discarder.discard(exhausted, { condition, requestId, invokeCount });
    if (isDone) endStep(schedule, delivery, pieces);
  }

  /** Given up without an invocation. */
  function discard(
    { piece: { invokeCount, requestId } }: Delivery,
    records: readonly EncodedRecord[],
    condition: Parameters<Discarder['discard']>[1]['condition'],
  ): Promise<boolean> {
    return discarder.discard(records, { condition, requestId, invokeCount });
  }

  return async (delivery) => {
    const { kind, records } = delivery;
    if (kind === 'oversize') {
      const isDone = await discard(delivery, records, 'MaximumPayloadSizeExceeded');
      if (isDone) endStep(schedule, delivery, []);
      return;
    }
    // https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html: neither invoked nor retried.
    const oldestMs = Date.now() - mapping.recordAgeMaxMs;
    const young = records.filter(({ timestampMs }) => timestampMs >= oldestMs);
    const old = records.filter(({ timestampMs }) => timestampMs < oldestMs);
    if (!(await discard(delivery, old, behaviour.ageCondition))) return;
    if (young.length > 0) await invoke(delivery, young);
    else endStep(schedule, delivery, []);
  };
}
