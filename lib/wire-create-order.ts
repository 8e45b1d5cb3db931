import { randomUUID } from 'node:crypto';
import { traceHeaders } from './codec/traceparent.ts';
import type { Config } from './config.ts';
import { createRecordPublisher } from './effect/kafka/publisher.ts';
import { publishEvent } from './flow/publish-event.ts';
import { jsonAnswer } from './lambda/http-answer.ts';
import type { HttpCall, WiredHttp } from './lambda/http-handler.ts';
import { makeOrder, type OrderRequest } from './orders/make-order.ts';
import { createOrderSchemas } from './orders/order-api.ts';
import type { OrderEvent } from './orders/order-event.ts';
import type { RecordPublisher } from './ports/record-publisher.ts';
import { wireHttp } from './wire-http.ts';
import { SERVICE, type Environment } from './wire-environment.ts';
import { kafkaConnectionOf } from './wire-kafka.ts';
import { requireRegistry } from './wire-registry.ts';

/** `POST /api/create-order`. @throws AppError CONFIG_INVALID */
export function wireCreateOrder(env: Environment): WiredHttp<typeof createOrderSchemas> {
  const { config, clock, log } = wireHttp(env);
  const connection = kafkaConnectionOf(config, SERVICE);
  const publisher = createRecordPublisher({ connection, clock });
  const encode = orderEncoderOf(config);
  return {
    schemas: createOrderSchemas,
    clock,
    log,
    answer: ({ body }, call) => {
      const { orderId = `ORDER-${randomUUID()}`, numItems } = body;
      return createOrder({ orderId, numItems }, call, {
        topic: config.topics.order,
        publisher,
        encode,
      });
    },
  };
}

type OrderEncoder = (order: OrderEvent) => Promise<Uint8Array>;

interface CreateOrderDeps {
  readonly topic: string;
  readonly publisher: RecordPublisher;
  readonly encode: OrderEncoder;
}

/** JSON, or Avro, which is loaded at the first order. @throws AppError CONFIG_INVALID */
function orderEncoderOf(config: Config): OrderEncoder {
  if (config.orderEventsFormat === 'json') {
    return async (order) => Buffer.from(JSON.stringify(order), 'utf8');
  }
  requireRegistry(config);
  let writer: Promise<OrderEncoder> | undefined;
  return async (order) => {
    writer ??= import('./wire-order-avro.ts').then((avro) => avro.avroOrderWriterOf(config));
    return (await writer)(order);
  };
}

async function createOrder(
  request: OrderRequest,
  { nowMs, deadlineMs, log, ...trace }: HttpCall,
  { topic, publisher, encode }: CreateOrderDeps,
) {
  const { orderId } = request;
  const order = makeOrder(request, nowMs);
  const event = {
    topic,
    key: Buffer.from(orderId, 'utf8'),
    value: await encode(order),
    headers: traceHeaders(trace),
  };
  const place = await publishEvent(event, deadlineMs, publisher);
  log.info(`Order ${orderId} accepted`, { orderId, ...place });
  return jsonAnswer(202, { success: true, orderId, order, ...place });
}
