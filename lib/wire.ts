import { parseConfig, RESERVE_MS, type Config } from './config.ts';
import { dynamoDbLoader } from './effect/dynamodb/client.ts';
import { createOrderStore } from './effect/dynamodb/order-store.ts';
import { createKafkaConnection } from './effect/kafka/connection.ts';
import { createRecordPublisher } from './effect/kafka/publisher.ts';
import { systemClock } from './effect/system-clock.ts';
import { createBatchJournal } from './flow/batch-journal.ts';
import { processBatch } from './flow/process-batch.ts';
import type { WiredBatch } from './lambda/batch-handler.ts';
import { createLog } from './lambda/log.ts';
import { createMetrics } from './lambda/metrics.ts';
import { AppError } from './model/errors.ts';
import { orderBusiness } from './orders/business.ts';

/** The service's name in logs and metrics. */
export const SERVICE = 'order-service';

/** Time kept for the answer itself, after the last hand-off was given up. */
const ANSWER_MS = 1_000;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * process-orders and retry-orders: they differ in their mappings alone, since each record is read by the rule of its
 * own topic. Call once per execution environment.
 * @throws AppError CONFIG_INVALID
 */
export function wireBatchProcessing(env: Environment): WiredBatch {
  const config = parseConfig(env);
  const clock = systemClock;
  const log = createLog({ service: SERVICE });
  const metrics = createMetrics({ namespace: SERVICE, service: SERVICE });
  const publisher = createRecordPublisher({ connection: kafkaOf(config), clock });
  const store = createOrderStore({ table: config.ordersTable, load: dynamoDbLoader() });
  const business = orderBusiness({ store, failureSimulation: config.failureSimulation });
  if (config.failureSimulation) {
    log.warn('ORDER_FAILURE_SIMULATION is on: orders named ORDER-TEST-… fail on purpose');
  }
  const { policy, processingTimeoutMs } = config;
  return {
    partialResponses: config.partialResponses,
    clock,
    log,
    metrics,
    run: (batch, { deadlineMs, identity, log: invocationLog }) =>
      processBatch(
        batch,
        {
          latestStartMs: deadlineMs - RESERVE_MS - processingTimeoutMs,
          handOverMs: deadlineMs - ANSWER_MS,
        },
        {
          business,
          clock,
          publisher,
          policy,
          processingTimeoutMs,
          identity,
          orderTopic: config.topics.order,
          intakeTopic: config.topics.intake,
          concurrencyMax: config.concurrencyMax,
          journal: createBatchJournal({ business, log: invocationLog, metrics, policy }),
        },
      ),
  };
}

function kafkaOf({ brokers }: Config) {
  if (brokers.length === 0) {
    throw new AppError(
      'CONFIG_INVALID',
      'Configuration:\n- KAFKA_BROKERS is not set: write the brokers as host:port, comma-separated',
    );
  }
  return createKafkaConnection({ brokers, clientId: SERVICE });
}
