import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import type { Config } from '../../lib/config.ts';
import { parseConfig } from '../../lib/config.ts';
import { httpHandler } from '../../lib/lambda/http-handler.ts';
import { wireCreateOrder } from '../../lib/wire-create-order.ts';
import { httpRoutesHandler } from '../../lib/lambda/http-routes.ts';
import { wireDlqGroups } from '../../lib/wire-dlq-groups.ts';
import { wireDlqInfo } from '../../lib/wire-dlq-info.ts';
import { wireDlqJobCancel } from '../../lib/wire-dlq-job-cancel.ts';
import { wireDlqJobStart } from '../../lib/wire-dlq-job-start.ts';
import { wireDlqJob } from '../../lib/wire-dlq-job.ts';
import { wireDlqMessage } from '../../lib/wire-dlq-message.ts';
import { wireDlqMessages } from '../../lib/wire-dlq-messages.ts';
import { wireGetOrder } from '../../lib/wire-get-order.ts';
import { wireReindex, type ReindexParts } from '../../lib/wire-reindex.ts';
import { LOCAL_AWS } from '../../localstack/dynamodb-tables.ts';
import { call, type CalledAnswer } from './http-events.ts';

/** The functions of the HTTP API in this process, called with API Gateway's events. */
export interface Api {
  createOrder(body: object, headers?: Record<string, string>): Promise<CalledAnswer>;
  getOrder(orderId: string): Promise<CalledAnswer>;
  info(): Promise<CalledAnswer>;
  /** @param query with its question mark, or empty */
  list(query?: string): Promise<CalledAnswer>;
  message(id: string): Promise<CalledAnswer>;
  /** @param query with its question mark, or empty */
  groups(query?: string): Promise<CalledAnswer>;
  /** Plans or starts. @param path `redrives`, `discards`, `restores`, `purges` */
  post(path: string, body: object, principal?: string): Promise<CalledAnswer>;
  /** One of them, or those that there were. @param query with its question mark, or empty */
  job(path: string, id: string): Promise<CalledAnswer>;
  jobs(path: string, query?: string): Promise<CalledAnswer>;
  cancel(path: string, id: string, principal?: string): Promise<CalledAnswer>;
  /** A call of a reindex. @param cursor null: the first */
  reindex(cursor: string | null): Promise<CalledAnswer>;
}

/** Settings with names of their own, on the shared stack unless other brokers are named. */
export function ownConfig(brokers = inject('kafkaBrokers')): Config {
  const name = `t-${randomUUID().slice(0, 8)}`;
  return parseConfig({
    KAFKA_BROKERS: brokers,
    KAFKA_ORDER_TOPIC: `${name}-orders`,
    KAFKA_DLQ_TOPIC: `${name}-dlq`,
    KAFKA_CONSUMER_GROUP: `${name}-group`,
  });
}

/**
 * @param config of which brokers or cluster, topics, group and tables are used
 * @param dynamodbEndpoint where the functions look for the tables
 * @param parts how much of a reindex a call does
 */
export function createApi(
  config: Config,
  dynamodbEndpoint = inject('dynamodbEndpoint'),
  parts: ReindexParts = {},
): Api {
  // The SDK and Powertools read them by themselves, when they are first used.
  Object.assign(process.env, LOCAL_AWS, {
    AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  const env = {
    KAFKA_BROKERS: config.brokers.join(','),
    MSK_CLUSTER_ARN: config.clusterArn,
    SCHEMA_REGISTRY_URL: config.schemaRegistryUrl || inject('schemaRegistryUrl'),
    KAFKA_ORDER_TOPIC: config.topics.order,
    KAFKA_DLQ_TOPIC: config.topics.dlq,
    KAFKA_CONSUMER_GROUP: config.consumerGroup,
    DLQ_RETRY_BACKOFF_MS: String(config.initialBackoffMs),
    ORDER_EVENTS_FORMAT: config.orderEventsFormat,
    ORDERS_TABLE: config.ordersTable,
    DEAD_LETTERS_TABLE: config.deadLettersTable,
    DEAD_LETTER_GROUPS_TABLE: config.groupsTable,
    DEAD_LETTER_JOBS_TABLE: config.jobsTable,
    DLQ_MAX_REDRIVES: String(config.redrivesMax),
  };
  const createOrder = httpHandler(wireCreateOrder(env));
  const getOrder = httpHandler(wireGetOrder(env));
  const info = httpHandler(wireDlqInfo(env));
  const list = httpHandler(wireDlqMessages(env));
  const message = httpHandler(wireDlqMessage(env));
  const groups = httpHandler(wireDlqGroups(env));
  const start = httpRoutesHandler(wireDlqJobStart(env));
  const job = httpRoutesHandler(wireDlqJob(env));
  const cancel = httpRoutesHandler(wireDlqJobCancel(env));
  const reindex = httpHandler(wireReindex(env, parts));
  return {
    createOrder: (body, headers = {}) =>
      call(createOrder, {
        method: 'POST',
        path: '/api/create-order',
        body: JSON.stringify(body),
        headers,
      }),
    getOrder: (orderId) =>
      call(getOrder, { path: `/api/orders/${orderId}`, pathParameters: { orderId } }),
    info: () => call(info, { path: '/api/dlq/info' }),
    list: (query = '') => call(list, { path: `/api/dlq/messages${query}` }),
    message: (id) => call(message, { path: `/api/dlq/messages/${id}`, pathParameters: { id } }),
    groups: (query = '') => call(groups, { path: `/api/dlq/groups${query}` }),
    post: (path, body, principal) =>
      call(start, {
        method: 'POST',
        path: `/api/dlq/${path}`,
        routeKey: `POST /api/dlq/${path}`,
        body: JSON.stringify(body),
        ...(principal && { principal }),
      }),
    job: (path, id) =>
      call(job, {
        path: `/api/dlq/${path}/${id}`,
        pathParameters: { id },
        routeKey: `GET /api/dlq/${path}/{id}`,
      }),
    jobs: (path, query = '') =>
      call(job, { path: `/api/dlq/${path}${query}`, routeKey: `GET /api/dlq/${path}` }),
    cancel: (path, id, principal) =>
      call(cancel, {
        method: 'POST',
        path: `/api/dlq/${path}/${id}/cancel`,
        pathParameters: { id },
        routeKey: `POST /api/dlq/${path}/{id}/cancel`,
        ...(principal && { principal }),
      }),
    reindex: (cursor) =>
      call(reindex, {
        method: 'POST',
        path: '/api/dlq/reindex',
        body: JSON.stringify(cursor === null ? {} : { cursor }),
      }),
  };
}
