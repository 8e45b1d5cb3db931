import { jsonEnvelopeCodec } from './codec/envelope.ts';
import { parseConfig, RESERVE_MS, type Config } from './config.ts';
import { dynamoDbLoader } from './effect/dynamodb/client.ts';
import { createDeadLetterIndex } from './effect/dynamodb/dead-letter-index.ts';
import { createOrderStore } from './effect/dynamodb/order-store.ts';
import { createRecordPublisher } from './effect/kafka/publisher.ts';
import { systemClock } from './effect/system-clock.ts';
import { createBatchJournal } from './flow/batch-journal.ts';
import { processBatch } from './flow/process-batch.ts';
import { publishDeadLetters } from './flow/publish-dead-letter.ts';
import type { WiredBatch } from './lambda/batch-handler.ts';
import { createLog } from './lambda/log.ts';
import { createMetrics } from './lambda/metrics.ts';
import { orderBusiness } from './orders/business.ts';
import { readOrderId } from './orders/order-event.ts';
import type { Business } from './ports/business.ts';
import type { Log } from './ports/log.ts';
import type { RecordPublisher } from './ports/record-publisher.ts';
import { kafkaConnectionOf } from './wire-kafka.ts';
import { SERVICE, type Environment } from './wire-environment.ts';

/** Time kept for the answer itself, after the last hand-off was given up. */
const ANSWER_MS = 1_000;

/** A deployment's business, made of its configuration. */
export type BusinessOf = (config: Config, log: Log) => Business<unknown>;

/**
 * process-orders and retry-orders: they differ in their mappings alone, since each record is read by the rule of its
 * own topic. Call once per execution environment.
 * @throws AppError CONFIG_INVALID
 */
export function wireBatchProcessing(
  env: Environment,
  businessOf: BusinessOf = ordersOf,
): WiredBatch {
  const config = parseConfig(env);
  const edge = edgeOf(config);
  const { clock, metrics } = edge;
  const publisher = publisherOf(config);
  const business = businessOf(config, edge.log);
  const { policy, processingTimeoutMs, concurrencyMax, topics } = config;
  return {
    ...edge,
    run: (batch, { deadlineMs, identity, log }) => {
      const deadlines = {
        latestStartMs: deadlineMs - RESERVE_MS - processingTimeoutMs,
        handOverMs: deadlineMs - ANSWER_MS,
      };
      return processBatch(batch, deadlines, {
        business,
        clock,
        publisher,
        policy,
        processingTimeoutMs,
        concurrencyMax,
        identity,
        orderTopic: topics.order,
        intakeTopic: topics.intake,
        journal: createBatchJournal({ business, log, metrics, policy }),
      });
    },
  };
}

/**
 * publish-dead-letter, the one writer of the DLQ topic and the index. Call once per execution environment.
 * @param readId the business's, as `businessOf` gives it to the other functions
 * @throws AppError CONFIG_INVALID
 */
export function wireDeadLetterPublishing(
  env: Environment,
  readId: Business<unknown>['readId'] = readOrderId,
): WiredBatch {
  const config = parseConfig(env);
  const edge = edgeOf(config);
  const publisher = publisherOf(config);
  const index = createDeadLetterIndex({ table: config.deadLettersTable, load: dynamoDbLoader() });
  const { consumerGroup, topics } = config;
  return {
    ...edge,
    run: (batch, { deadlineMs, identity, log }) =>
      publishDeadLetters(
        batch.flatMap(({ records }) => records),
        deadlineMs - ANSWER_MS,
        {
          index,
          publisher,
          codec: jsonEnvelopeCodec,
          business: { readId },
          clock: edge.clock,
          log,
          metrics: edge.metrics,
          consumerGroup,
          identity,
          orderTopic: topics.order,
          dlqTopic: topics.dlq,
        },
      ),
  };
}

/** The order service's business over its store. */
function ordersOf({ ordersTable, failureSimulation }: Config, log: Log): Business<unknown> {
  if (failureSimulation) {
    log.warn('ORDER_FAILURE_SIMULATION is on: orders named ORDER-TEST-… fail on purpose');
  }
  const store = createOrderStore({ table: ordersTable, load: dynamoDbLoader() });
  return orderBusiness({ store, failureSimulation });
}

/** What every batch function has at its edge. */
function edgeOf({ partialResponses }: Config): Omit<WiredBatch, 'run'> {
  const log = createLog({ service: SERVICE });
  const metrics = createMetrics({ namespace: SERVICE, service: SERVICE });
  return { partialResponses, clock: systemClock, log, metrics };
}

function publisherOf(config: Config): RecordPublisher {
  const connection = kafkaConnectionOf(config, SERVICE);
  return createRecordPublisher({ connection, clock: systemClock });
}
