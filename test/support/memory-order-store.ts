import type { OrderSource, OrderStore, ProcessedOrder } from '../../lib/orders/order-store.ts';

/** The store in memory; test/contract/order-store.test.ts holds it to what the real one does. */
export function createMemoryOrderStore(): OrderStore {
  const stored = new Map<string, { order: ProcessedOrder; source: OrderSource }>();
  return {
    async putIfAbsent(order, source, signal) {
      signal.throwIfAborted();
      const present = stored.get(order.orderId);
      if (present !== undefined) return { kind: 'present', source: present.source };
      stored.set(order.orderId, { order, source });
      return { kind: 'stored' };
    },
    get: async (orderId) => stored.get(orderId)?.order,
  };
}
