import { noFields } from './codec/api-schema.ts';
import { groupOf } from './config.ts';
import { createClusterInspector } from './effect/kafka/cluster-inspector.ts';
import { createRecordReader } from './effect/kafka/reader.ts';
import { describeDlq } from './flow/describe-dlq.ts';
import { jsonAnswer } from './lambda/http-answer.ts';
import type { WiredHttp } from './lambda/http-handler.ts';
import { orderReading } from './orders/order-event.ts';
import { wireHttp } from './wire-http.ts';
import { SERVICE, type Environment } from './wire-environment.ts';
import { kafkaConnectionOf } from './wire-kafka.ts';
import { framedValuesOf } from './wire-registry.ts';

const schemas = { path: noFields, query: noFields };

/** `GET /api/dlq/info`. @throws AppError CONFIG_INVALID */
export function wireDlqInfo(env: Environment): WiredHttp<typeof schemas> {
  const { config, clock, log } = wireHttp(env);
  const connection = kafkaConnectionOf(config, SERVICE);
  const deps = {
    reader: createRecordReader({ connection, clock }),
    inspector: createClusterInspector({ connection, clock }),
    business: orderReading(framedValuesOf(config)),
    policy: config.policy,
    orderTopic: config.topics.order,
    dlqTopic: config.topics.dlq,
    groupOf: (topic: string) => groupOf(topic, config),
  };
  return {
    schemas,
    clock,
    log,
    answer: async (_input, { deadlineMs }) =>
      jsonAnswer(200, { success: true, ...(await describeDlq(deadlineMs, deps)) }),
  };
}
