import { NonRetriableError } from '../model/errors.ts';
import type { AttemptContext, Business, BusinessMessage } from '../ports/business.ts';
import { simulateFailure } from './failure-simulation.ts';
import { shippingCost } from './money.ts';
import type { FramedValues } from '../ports/framed-values.ts';
import { decodeOrderEvent, orderReading, type OrderEvent } from './order-event.ts';
import type { OrderSource, OrderStore } from './order-store.ts';

/** Another record came first with this order id: no retry can heal that. */
export class DuplicateOrderError extends NonRetriableError {
  override readonly name = 'DuplicateOrderError';
}

export interface OrderDeps {
  readonly store: OrderStore;
  /** Whether orders named ORDER-TEST-… fail as the scenarios say. */
  readonly failureSimulation: boolean;
  /** Reads orders that are Avro. */
  readonly framed: FramedValues;
}

/** The order service's business: all that the retry and dead letter machinery knows of orders. */
export function orderBusiness(deps: OrderDeps): Business<OrderEvent> {
  return {
    ...orderReading(deps.framed),
    decode: (value) => decodeOrderEvent(value, deps.framed),
    handle: (message, context) => processOrder(message, context, deps),
  };
}

/** Stores the order with its shipping cost, once: the same record, or the same bytes, again has no second effect. */
async function processOrder(
  { body: order, origin, valueSha256 }: BusinessMessage<OrderEvent>,
  context: AttemptContext,
  { store, failureSimulation }: OrderDeps,
): Promise<void> {
  if (failureSimulation) simulateFailure(order.orderId, context);
  const processed = { ...order, shippingCost: shippingCost(order.totalAmount) };
  const source = { origin, valueSha256 };
  const result = await store.putIfAbsent(processed, source, context.signal);
  if (result.kind === 'stored' || isSame(result.source, source)) return;
  const first = result.source.origin;
  throw new DuplicateOrderError(
    `Order ${order.orderId} was already processed from ${first.topic}-${first.partition} offset ${first.offset}: another record with the same order id came first`,
  );
}

function isSame(stored: OrderSource, source: OrderSource): boolean {
  const { topic, partition, offset, timestampMs } = stored.origin;
  const sameOrigin =
    topic === source.origin.topic &&
    partition === source.origin.partition &&
    offset === source.origin.offset &&
    timestampMs === source.origin.timestampMs;
  return sameOrigin || stored.valueSha256 === source.valueSha256;
}
