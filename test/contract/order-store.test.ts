import { randomUUID } from 'node:crypto';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, inject, it } from 'vitest';
import { toErrorDetail } from '../../lib/decide/error-detail.ts';
import { fingerprint } from '../../lib/decide/fingerprint.ts';
import { createOrderStore } from '../../lib/effect/dynamodb/order-store.ts';
import { NonRetriableError, ProcessingTimeoutError } from '../../lib/model/errors.ts';
import type { OrderSource, OrderStore, ProcessedOrder } from '../../lib/orders/order-store.ts';
import { LOCAL_AWS } from '../../localstack/dynamodb-tables.ts';
import { orderEvent } from '../support/builders.ts';
import { createMemoryOrderStore } from '../support/memory-order-store.ts';
import { startSlowDynamoDb } from '../support/slow-dynamodb.ts';

const NEVER = new AbortController().signal;

function dynamoDbStore(
  endpoint = inject('dynamodbEndpoint'),
  onLoad: () => void = () => undefined,
  table = 'orders',
): OrderStore {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: LOCAL_AWS.AWS_REGION, credentials });
  const load = async () => {
    const sdk = await import('@aws-sdk/client-dynamodb');
    onLoad();
    return { sdk, client };
  };
  return createOrderStore({ table, load });
}

function someOrder(over: Record<string, unknown> = {}): ProcessedOrder {
  const orderId = `ORDER-${randomUUID()}`;
  return { ...orderEvent({ orderId, ...over }), shippingCost: 0.4 } as unknown as ProcessedOrder;
}

function source(offset: number): OrderSource {
  const origin = { topic: 'order-events', partition: 1, offset, timestampMs: 7 };
  return { origin, valueSha256: `${offset}`.padStart(64, '0') };
}

const PLACES: [string, () => OrderStore][] = [
  ['in DynamoDB', () => dynamoDbStore()],
  ['in memory', createMemoryOrderStore],
];

describe.each(PLACES)('an order %s', (_where, start) => {
  it('that was stored is there at once, as it was', async () => {
    const store = start();
    const order = someOrder({ note: 'kept', totalAmount: 9_999_999_999.99 });
    expect(await store.get(order.orderId)).toBeUndefined();
    expect(await store.putIfAbsent(order, source(1), NEVER)).toEqual({ kind: 'stored' });
    expect(await store.get(order.orderId)).toEqual(order);
  });

  it('that is there stays as it is, and says where it came from', async () => {
    const store = start();
    const order = someOrder();
    await store.putIfAbsent(order, source(1), NEVER);
    const second = await store.putIfAbsent({ ...order, status: 'SECOND' }, source(2), NEVER);
    expect(second).toEqual({ kind: 'present', source: source(1) });
    expect(await store.get(order.orderId)).toEqual(order);
  });

  it('is stored by exactly one of many at once', async () => {
    const store = start();
    const order = someOrder();
    const puts = Array.from({ length: 20 }, (_, at) => store.putIfAbsent(order, source(at), NEVER));
    const results = await Promise.all(puts);
    expect(results.filter(({ kind }) => kind === 'stored')).toHaveLength(1);
  });

  it('is not stored by an attempt whose time is up', async () => {
    const store = start();
    const order = someOrder();
    const late = AbortSignal.abort(new ProcessingTimeoutError(5_000));
    await expect(store.putIfAbsent(order, source(1), late)).rejects.toThrow(ProcessingTimeoutError);
    expect(await store.get(order.orderId)).toBeUndefined();
  });
});

describe('an attempt whose time is up while it stores', () => {
  const error = new ProcessingTimeoutError(5_000);

  it('begins no request, where the SDK was still being loaded', async () => {
    const time = new AbortController();
    const order = someOrder();
    const store = dynamoDbStore(undefined, () => time.abort(error));
    await expect(store.putIfAbsent(order, source(1), time.signal)).rejects.toThrow(error);
    expect(await store.get(order.orderId)).toBeUndefined();
  });

  it('stores nothing by the SDK’s own retries', async () => {
    const time = new AbortController();
    const order = someOrder();
    await using slow = await startSlowDynamoDb(inject('dynamodbEndpoint'), async (_op, count) => {
      if (count === 1) time.abort(error);
      return count > 1;
    });
    const put = dynamoDbStore(slow.endpoint).putIfAbsent(order, source(1), time.signal);
    await expect(put).rejects.toThrow(error);
    expect(await dynamoDbStore().get(order.orderId)).toBeUndefined();
  });

  it('ends its request, which the store then need not answer', async () => {
    const time = new AbortController();
    const order = someOrder();
    await using slow = await startSlowDynamoDb(inject('dynamodbEndpoint'), async () => {
      time.abort(error);
      await sleep(200);
      // A loop that stood still hears of the closed connection behind its timers.
      await setImmediate();
      await setImmediate();
      return true;
    });
    const put = dynamoDbStore(slow.endpoint).putIfAbsent(order, source(1), time.signal);
    await expect(put).rejects.toThrow(error);
    await sleep(400);
    expect(await dynamoDbStore().get(order.orderId)).toBeUndefined();
  });

  it('may have stored it: the retry finds the same origin', async () => {
    const time = new AbortController();
    const order = someOrder();
    await using slow = await startSlowDynamoDb(inject('dynamodbEndpoint'), async (operation) => {
      // The first one was stored; only its answer is late.
      if (operation === 'PutItem' && !time.signal.aborted) {
        await dynamoDbStore().putIfAbsent(order, source(1), NEVER);
        time.abort(error);
      }
      return true;
    });
    const store = dynamoDbStore(slow.endpoint);
    await expect(store.putIfAbsent(order, source(1), time.signal)).rejects.toThrow(error);
    const retry = await store.putIfAbsent(order, source(1), NEVER);
    expect(retry).toEqual({ kind: 'present', source: source(1) });
  });
});

/** An order whose item has so many bytes. */
function orderOf(bytes: number): ProcessedOrder {
  const sized = (note: string) => someOrder({ orderId: SIZED_ID, note });
  const empty = {
    orderId: SIZED_ID,
    order: JSON.stringify(sized('')),
    origin: JSON.stringify(source(1).origin),
    valueSha256: source(1).valueSha256,
  };
  const without = Object.entries(empty).flat().join('').length;
  return sized('ä'.repeat((bytes - without) / 2) + 'x'.repeat((bytes - without) % 2));
}
const SIZED_ID = `ORDER-${randomUUID()}`;

it('an order of more bytes than an item can have is refused for good, and one of as many is not', async () => {
  const tooLarge = dynamoDbStore().putIfAbsent(orderOf(409_601), source(1), NEVER);
  await expect(tooLarge).rejects.toThrow(NonRetriableError);
  await expect(tooLarge).rejects.toThrow('has 409601 bytes as an item of table orders');
  const largest = dynamoDbStore().putIfAbsent(orderOf(409_600), source(1), NEVER);
  await expect(largest).resolves.toEqual({ kind: 'stored' });
});

it('a table with another key is no fault of the order: it is tried again, and the table named', async () => {
  const store = dynamoDbStore(undefined, undefined, 'dead-letters');
  const fault = {
    code: 'STORE_UNAVAILABLE',
    message: expect.stringMatching(/table dead-letters does not take .* compare its key schema/),
  };
  await expect(store.putIfAbsent(someOrder(), source(1), NEVER)).rejects.toMatchObject(fault);
  await expect(store.get('ORDER-1')).rejects.toMatchObject(fault);
});

it('a store that does not answer is STORE_UNAVAILABLE', async () => {
  const store = dynamoDbStore('http://127.0.0.1:1');
  const code = { code: 'STORE_UNAVAILABLE' };
  await expect(store.putIfAbsent(someOrder(), source(1), NEVER)).rejects.toMatchObject(code);
  await expect(store.get('ORDER-1')).rejects.toMatchObject(code);
});

it('a group of failures of a store that does not answer is named after who asked it, not after a helper', async () => {
  const storeOrder = async () =>
    await dynamoDbStore('http://127.0.0.1:1').putIfAbsent(someOrder(), source(1), NEVER);
  const thrown: unknown = await storeOrder().catch((error: unknown) => error);
  expect(fingerprint(toErrorDetail(thrown)).title).toMatch(
    /^AppError: The table orders did not answer \(.*\(in storeOrder\)$/,
  );
});
