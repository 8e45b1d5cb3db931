import { expect, it } from 'vitest';
import { createFramedValues } from '../../../lib/flow/framed-values.ts';
import { ProcessingTimeoutError } from '../../../lib/model/errors.ts';
import { DuplicateOrderError, orderBusiness } from '../../../lib/orders/business.ts';
import { ValueError } from '../../../lib/orders/failure-simulation.ts';
import type { OrderEvent } from '../../../lib/orders/order-event.ts';
import type { AttemptContext, BusinessMessage } from '../../../lib/ports/business.ts';
import { orderEvent } from '../../support/builders.ts';
import { createMemoryOrderStore } from '../../support/memory-order-store.ts';

const orderOf = (orderId: string) => orderEvent({ orderId }) as OrderEvent;

function message(offset: number, valueSha256 = `sha-${offset}`): BusinessMessage<OrderEvent> {
  const origin = { topic: 'order-events', partition: 2, offset, timestampMs: 1 };
  return { body: orderEvent() as OrderEvent, origin, valueSha256 };
}

function context(signal = new AbortController().signal): AttemptContext {
  return { attempt: 1, redriveCount: 0, signal };
}

const NO_AVRO = createFramedValues(() => Promise.reject(new Error('nothing is Avro here')));

function start() {
  const store = createMemoryOrderStore();
  return { store, business: orderBusiness({ store, failureSimulation: false, framed: NO_AVRO }) };
}

it('stores an order with its shipping cost', async () => {
  const { business, store } = start();
  await business.handle(message(41), context());
  expect(await store.get('ORDER-1')).toEqual({ ...orderEvent(), shippingCost: 0.4 });
});

it.each([
  ['the same origin', message(41, 'sha-other')],
  ['the same bytes', message(57, 'sha-41')],
])('takes %s as the same order again', async (_name, again) => {
  const { business } = start();
  await business.handle(message(41), context());
  await expect(business.handle(again, context())).resolves.toBeUndefined();
});

it.each(['ORDER-TEST-FAIL', 'ORDER-TEST-FLAKY-2', 'ORDER-TEST-HEALS-1'])(
  'stores %s like any other order where failures are not simulated',
  async (orderId) => {
    const { business, store } = start();
    await business.handle({ ...message(41), body: orderOf(orderId) }, context());
    expect(await store.get(orderId)).toEqual({ ...orderOf(orderId), shippingCost: 0.4 });
  },
);

it('fails ORDER-TEST-FAIL, and stores nothing, where failures are simulated', async () => {
  const store = createMemoryOrderStore();
  const business = orderBusiness({ store, failureSimulation: true, framed: NO_AVRO });
  const failing = { ...message(41), body: orderOf('ORDER-TEST-FAIL') };
  await expect(business.handle(failing, context())).rejects.toThrow(ValueError);
  expect(await store.get('ORDER-TEST-FAIL')).toBeUndefined();
});

it('refuses another record with its id, and names the first one', async () => {
  const { business } = start();
  await business.handle(message(41), context());
  const second = business.handle(message(57), context());
  await expect(second).rejects.toThrow(DuplicateOrderError);
  await expect(second).rejects.toThrow('already processed from order-events-2 offset 41');
});

it('stores nothing once the attempt’s time is up', async () => {
  const { business, store } = start();
  const late = AbortSignal.abort(new ProcessingTimeoutError(5_000));
  await expect(business.handle(message(41), context(late))).rejects.toThrow(ProcessingTimeoutError);
  expect(await store.get('ORDER-1')).toBeUndefined();
});
