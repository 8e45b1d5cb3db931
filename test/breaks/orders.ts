import type { Break } from './break.ts';

const STORE = 'test/contract/order-store.test.ts';

/** What the business promises. */
export const ORDERS: readonly Break[] = [
  {
    name: 'failures-always-simulated',
    guarantee: 'no order fails for its name where failure simulation is off',
    file: 'lib/orders/business.ts',
    find: 'if (failureSimulation) simulateFailure(',
    replace: 'simulateFailure(',
    test: {
      file: 'test/unit/orders/business.test.ts',
      name: 'stores ORDER-TEST-FLAKY-2 like any other order where failures are not simulated',
    },
  },
  {
    name: 'too-large-order-is-sent',
    guarantee: 'an order that no item can hold is refused for good',
    file: 'lib/effect/dynamodb/order-store.ts',
    find: 'refuseTooLarge(item, table);',
    replace: '',
    test: {
      file: STORE,
      name: 'an order of more bytes than an item can have is refused for good, and one of as many is not',
    },
  },
  {
    name: 'another-table-is-the-orders-fault',
    guarantee: 'a table that is set up wrongly sends no order to the DLQ at once',
    file: 'lib/effect/dynamodb/client.ts',
    find: '    if (error instanceof ItemRefusedError || error instanceof NonRetriableError) throw error;',
    replace:
      "    if (awsErrorName(error) === 'ValidationException') throw new NonRetriableError('refused');\n    if (error instanceof ItemRefusedError || error instanceof NonRetriableError) throw error;",
    test: {
      file: STORE,
      name: 'a table with another key is no fault of the order: it is tried again, and the table named',
    },
  },
  {
    name: 'put-goes-on-after-the-limit',
    guarantee: 'an attempt over its time limit begins no further write',
    file: 'lib/effect/dynamodb/order-store.ts',
    find: 'await client.send(new sdk.PutItemCommand(input), { abortSignal });',
    replace: 'await client.send(new sdk.PutItemCommand(input));',
    test: {
      file: STORE,
      name: 'an attempt whose time is up while it stores > stores nothing by the SDK’s own retries',
    },
  },
  {
    name: 'limit-kept-from-the-store',
    guarantee: 'the order store knows when the attempt’s time is up',
    file: 'lib/orders/business.ts',
    find: 'store.putIfAbsent(processed, source, context.signal)',
    replace: 'store.putIfAbsent(processed, source, new AbortController().signal)',
    test: {
      file: 'test/unit/orders/business.test.ts',
      name: 'stores nothing once the attempt’s time is up',
    },
  },
  {
    name: 'duplicate-names-itself',
    guarantee: 'the dead letter of a duplicate order names the record that was first',
    file: 'lib/orders/business.ts',
    find: 'const first = result.source.origin;',
    replace: 'const first = source.origin;',
    test: {
      file: 'test/integration/duplicate-order.test.ts',
      name: 'a second record with an order id is a dead letter at once that names the first; the same bytes again are a success',
    },
  },
  {
    name: 'shipping-rounded-down',
    guarantee: 'shippingCost is rounded half up to cents',
    file: 'lib/orders/money.ts',
    find: 'SHIPPING_PERCENT + 50n) / 100n',
    replace: 'SHIPPING_PERCENT + 49n) / 100n',
    test: { file: 'test/unit/orders/money.test.ts', name: 'shipping of 1234.75 costs 24.7' },
  },
];
