import { dynamoDbLoader } from './effect/dynamodb/client.ts';
import { createOrderStore } from './effect/dynamodb/order-store.ts';
import { jsonAnswer } from './lambda/http-answer.ts';
import type { WiredHttp } from './lambda/http-handler.ts';
import { AppError } from './model/errors.ts';
import { getOrderSchemas } from './orders/order-api.ts';
import { wireHttp } from './wire-http.ts';
import { type Environment } from './wire-environment.ts';

/** `GET /api/orders/{orderId}`. @throws AppError CONFIG_INVALID */
export function wireGetOrder(env: Environment): WiredHttp<typeof getOrderSchemas> {
  const { config, clock, log } = wireHttp(env);
  const store = createOrderStore({ table: config.ordersTable, load: dynamoDbLoader() });
  return {
    schemas: getOrderSchemas,
    clock,
    log,
    answer: async ({ path }) => {
      const order = await store.get(path.orderId);
      if (order !== undefined) return jsonAnswer(200, { success: true, order });
      throw new AppError(
        'ORDER_NOT_FOUND',
        `No order ${path.orderId} has been processed: it may be unknown, on its way, waiting for a retry (/api/dlq/info) or a dead letter (/api/dlq/messages?orderId=${path.orderId})`,
      );
    },
  };
}
