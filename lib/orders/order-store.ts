import type { Origin } from '../model/record.ts';
import type { OrderEvent } from './order-event.ts';

/** An order that was processed. */
export type ProcessedOrder = OrderEvent & { readonly shippingCost: number };

/** Which record an order came from: the proof that a second delivery is the same order again. */
export interface OrderSource {
  readonly origin: Origin;
  /** SHA-256 of the record's value, hex. */
  readonly valueSha256: string;
}

/**
 * `stored`: it was not there, and is now. `present`: an order with this id is there, from `source` (which may be the
 * same record, delivered again).
 */
export type StoreResult =
  { readonly kind: 'stored' } | { readonly kind: 'present'; readonly source: OrderSource };

/** Where processed orders are kept. Rejects with AppError STORE_UNAVAILABLE when the store does not answer. */
export interface OrderStore {
  /**
   * Stores the order on condition that none has its id: of two at once, one wins.
   * @param signal once it is aborted nothing more is asked of the store, and its reason is thrown; a write that had
   *   reached the store by then may still be done there
   */
  putIfAbsent(
    order: ProcessedOrder,
    source: OrderSource,
    signal: AbortSignal,
  ): Promise<StoreResult>;
  get(orderId: string): Promise<ProcessedOrder | undefined>;
}
