import { parseConfig, RESERVE_MS, type Config } from './config.ts';
import { dynamoDbLoader } from './effect/dynamodb/client.ts';
import { createOrderStore } from './effect/dynamodb/order-store.ts';
import { createBatchJournal } from './flow/batch-journal.ts';
import { processBatch } from './flow/process-batch.ts';
import type { WiredBatch } from './lambda/batch-handler.ts';
import { orderBusiness } from './orders/business.ts';
import type { Business } from './ports/business.ts';
import type { Log } from './ports/log.ts';
import { ANSWER_MS, edgeOf, publisherOf } from './wire-batch.ts';
import type { Environment } from './wire-environment.ts';
import { framedValuesOf } from './wire-registry.ts';

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

/** The order service's business over its store. */
function ordersOf(config: Config, log: Log): Business<unknown> {
  const { failureSimulation } = config;
  if (failureSimulation) {
    log.warn('ORDER_FAILURE_SIMULATION is on: orders named ORDER-TEST-… fail on purpose');
  }
  const store = createOrderStore({ table: config.ordersTable, load: dynamoDbLoader() });
  return orderBusiness({ store, failureSimulation, framed: framedValuesOf(config) });
}
