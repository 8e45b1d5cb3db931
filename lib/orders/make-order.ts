import { toAmount, toCents } from './money.ts';
import type { OrderEvent } from './order-event.ts';

/** Prices of the demonstration catalogue, in turn. */
const PRICES = [9.99, 24.5, 3.75, 129, 49.95] as const;

export interface OrderRequest {
  readonly orderId: string;
  /** 1 to 1000. */
  readonly numItems: number;
}

/** The order event that `POST /api/create-order` makes of a request. Pure. */
export function makeOrder({ orderId, numItems }: OrderRequest, nowMs: number): OrderEvent {
  const items = Array.from({ length: numItems }, (_, index) => ({
    productId: `PRODUCT-${index + 1}`,
    quantity: 1 + (index % 3),
    price: PRICES[index % PRICES.length] ?? PRICES[0],
  }));
  const totalCents = items.reduce(
    (sum, { price, quantity }) => sum + toCents(price) * BigInt(quantity),
    0n,
  );
  return {
    eventType: 'ORDER_CREATED',
    orderId,
    customerId: 'CUSTOMER-1',
    items,
    totalAmount: toAmount(totalCents),
    currency: 'USD',
    status: 'PENDING',
    createdAt: new Date(nowMs).toISOString(),
  };
}
