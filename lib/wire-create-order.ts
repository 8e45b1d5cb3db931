import { randomUUID } from 'node:crypto';
import { traceHeaders } from './codec/traceparent.ts';
import { createRecordPublisher } from './effect/kafka/publisher.ts';
import { publishEvent } from './flow/publish-event.ts';
import { jsonAnswer } from './lambda/http-answer.ts';
import type { HttpCall, WiredHttp } from './lambda/http-handler.ts';
import { makeOrder, type OrderRequest } from './orders/make-order.ts';
import { createOrderSchemas } from './orders/order-api.ts';
import type { RecordPublisher } from './ports/record-publisher.ts';
import { wireHttp } from './wire-http.ts';
import { SERVICE, type Environment } from './wire-environment.ts';
import { kafkaConnectionOf } from './wire-kafka.ts';

/** `POST /api/create-order`. @throws AppError CONFIG_INVALID */
export function wireCreateOrder(env: Environment): WiredHttp<typeof createOrderSchemas> {
  const { config, clock, log } = wireHttp(env);
  const connection = kafkaConnectionOf(config, SERVICE);
  const publisher = createRecordPublisher({ connection, clock });
  return {
    schemas: createOrderSchemas,
    clock,
    log,
    answer: ({ body }, call) => {
      const { orderId = `ORDER-${randomUUID()}`, numItems } = body;
      return createOrder({ orderId, numItems }, call, { topic: config.topics.order, publisher });
    },
  };
}

async function createOrder(
  request: OrderRequest,
  { nowMs, deadlineMs, log, ...trace }: HttpCall,
  { topic, publisher }: { readonly topic: string; readonly publisher: RecordPublisher },
) {
  const { orderId } = request;
  const order = makeOrder(request, nowMs);
  const event = {
    topic,
    key: Buffer.from(orderId, 'utf8'),
    value: Buffer.from(JSON.stringify(order), 'utf8'),
    headers: traceHeaders(trace),
  };
  const place = await publishEvent(event, deadlineMs, publisher);
  log.info(`Order ${orderId} accepted`, { orderId, ...place });
  return jsonAnswer(202, { success: true, orderId, order, ...place });
}
