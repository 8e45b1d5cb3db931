import type { ApiRoute } from './lambda/openapi.ts';
import {
  createOrderAnswer,
  createOrderExamples,
  createOrderSchemas,
  getOrderAnswer,
  getOrderSchemas,
} from './orders/order-api.ts';

const order = {
  eventType: 'ORDER_CREATED',
  orderId: 'ORDER-001',
  customerId: 'CUSTOMER-1',
  items: [
    { productId: 'PRODUCT-1', quantity: 1, price: 9.99 },
    { productId: 'PRODUCT-2', quantity: 2, price: 24.5 },
  ],
  totalAmount: 58.99,
  currency: 'USD',
  status: 'PENDING',
  createdAt: '2026-01-31T10:00:00.000Z',
};

/** What the API document says of the business's own endpoints. */
export const ORDER_ROUTES: readonly ApiRoute[] = [
  {
    method: 'POST',
    path: '/api/create-order',
    operationId: 'createOrder',
    tag: 'Orders',
    summary: 'Create an order',
    description:
      'Writes an order event to Kafka and answers once all in-sync replicas have it. Processing follows within moments: read it back with `GET /api/orders/{orderId}`. A header `traceparent` (W3C Trace Context) is taken over, with its `tracestate`: both go with the record, and the trace stands in every log line about it; without one, one is made.',
    request: createOrderSchemas,
    bodyExamples: createOrderExamples,
    answer: {
      status: 202,
      description: 'The brokers acknowledged the order.',
      name: 'CreateOrderAnswer',
      schema: createOrderAnswer,
      example: {
        success: true,
        orderId: 'ORDER-001',
        order,
        topic: 'order-events',
        partition: 2,
        offset: 41,
      },
    },
    errors: [
      'REQUEST_INVALID',
      'BODY_NOT_JSON',
      'BODY_TOO_LARGE',
      'PUBLISH_NOT_ACKNOWLEDGED',
      'REGISTRY_UNAVAILABLE',
    ],
  },
  {
    method: 'GET',
    path: '/api/orders/{orderId}',
    operationId: 'getOrder',
    tag: 'Orders',
    summary: 'Read a processed order',
    description:
      'The order with its `shippingCost`. 404 while it is unknown: it may be on its way, waiting for a retry, or a dead letter.',
    request: getOrderSchemas,
    answer: {
      status: 200,
      description: 'The processed order.',
      name: 'GetOrderAnswer',
      schema: getOrderAnswer,
      example: { success: true, order: { ...order, shippingCost: 1.18 } },
    },
    errors: ['REQUEST_INVALID', 'ORDER_NOT_FOUND', 'STORE_UNAVAILABLE'],
  },
];
