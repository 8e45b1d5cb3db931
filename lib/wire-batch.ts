import type { Config } from './config.ts';
import { createRecordPublisher } from './effect/kafka/publisher.ts';
import { systemClock } from './effect/system-clock.ts';
import type { WiredBatch } from './lambda/batch-handler.ts';
import { createLog } from './lambda/log.ts';
import { createMetrics } from './lambda/metrics.ts';
import type { RecordPublisher } from './ports/record-publisher.ts';
import { SERVICE } from './wire-environment.ts';
import { kafkaConnectionOf } from './wire-kafka.ts';

/** Time kept for the answer itself, after the last hand-off was given up. */
export const ANSWER_MS = 1_000;

/** What every batch function has at its edge. */
export function edgeOf({ partialResponses }: Config): Omit<WiredBatch, 'run'> {
  const log = createLog({ service: SERVICE });
  const metrics = createMetrics({ namespace: SERVICE, service: SERVICE });
  return { partialResponses, clock: systemClock, log, metrics };
}

/** The execution environment's one producer. */
export function publisherOf(config: Config): RecordPublisher {
  const connection = kafkaConnectionOf(config, SERVICE);
  return createRecordPublisher({ connection, clock: systemClock });
}
