import * as z from 'zod/mini';
import { ORDER_ID_PATTERN, orderEventSchema } from './order-event.ts';

const ORDER_ID_REMEDY = 'write 1 to 128 of letters, digits, ".", "_", ":", "-"';
const NUM_ITEMS_REMEDY = 'write a whole number from 1 to 1000';

export const orderIdSchema = z
  .string(ORDER_ID_REMEDY)
  .check(z.regex(ORDER_ID_PATTERN, ORDER_ID_REMEDY))
  .register(z.globalRegistry, {
    description: 'The order’s id: 1 to 128 of letters, digits, `.`, `_`, `:`, `-`.',
  });

const count = (description: string) =>
  z.int().check(z.nonnegative()).register(z.globalRegistry, { description });

/** `POST /api/create-order`: the body. */
export const createOrderBody = z.strictObject({
  orderId: z.optional(orderIdSchema).register(z.globalRegistry, {
    description: 'Leave it out to have one made. A second order with an id becomes a dead letter.',
  }),
  numItems: z
    .int(NUM_ITEMS_REMEDY)
    .check(z.minimum(1, NUM_ITEMS_REMEDY), z.maximum(1000, NUM_ITEMS_REMEDY))
    .register(z.globalRegistry, { description: 'How many items the order has, 1 to 1000.' }),
});

export const createOrderAnswer = z.strictObject({
  success: z.literal(true),
  orderId: orderIdSchema,
  order: orderEventSchema,
  topic: z.string().register(z.globalRegistry, { description: 'Where the brokers have it.' }),
  partition: count('Partition of the topic; the order id decides it.'),
  offset: count('Offset in the partition.'),
});

/** `GET /api/orders/{orderId}`: the path. */
export const orderPath = z.strictObject({ orderId: orderIdSchema });

export const getOrderAnswer = z.strictObject({
  success: z.literal(true),
  order: z.extend(orderEventSchema, {
    shippingCost: z.number().check(z.nonnegative()).register(z.globalRegistry, {
      description: '2 % of `totalAmount`, rounded half up to cents.',
    }),
  }),
});

/** Bodies that play the scenarios. The page appends to every `orderId` what makes it one of its own. */
export const createOrderExamples = {
  good: { summary: 'A good order: accepted, processed, readable', value: { numItems: 2 } },
  fails: {
    summary: 'Fails every time: 4 attempts in 7 seconds, then in the DLQ',
    value: { orderId: 'ORDER-TEST-FAIL-1', numItems: 1 },
  },
  flaky: {
    summary: 'Fails on its first 2 attempts, then succeeds',
    value: { orderId: 'ORDER-TEST-FLAKY-2-1', numItems: 1 },
  },
  named: {
    summary: 'With an id of your own; sent twice, the second one is a duplicate',
    value: { orderId: 'ORDER-001', numItems: 2 },
  },
} as const;

const nothing = z.strictObject({});

/** What `POST /api/create-order` takes. */
export const createOrderSchemas = {
  path: nothing,
  query: nothing,
  body: createOrderBody,
  bodyExample: JSON.stringify(createOrderExamples.good.value),
};

/** What `GET /api/orders/{orderId}` takes. */
export const getOrderSchemas = { path: orderPath, query: nothing };
