import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '../test/support/service.ts';

export interface LoadOptions {
  readonly perSecond: number;
  readonly seconds: number;
  /** Beginning of the id of the order with this number. */
  readonly idPrefix: (index: number) => string;
  readonly onSent?: (id: string) => void;
}

/** An order on its way. */
export interface SentOrder {
  readonly id: string;
  /** Epoch ms at which it was to be sent. */
  readonly dueAtMs: number;
  /** Since the first order's time. */
  readonly sinceStartMs: number;
}

/**
 * Sends orders at a steady rate, whatever becomes of those before: those that fall due while a write is under way go
 * together with the next, as a producer does it, and are late from the instant at which each was due. Resolves when
 * the last was acknowledged.
 */
export async function sendOrders(
  service: Service,
  options: LoadOptions,
): Promise<readonly SentOrder[]> {
  const { perSecond, seconds, idPrefix, onSent } = options;
  const run = randomUUID().slice(0, 4);
  const startMs = Date.now() + 100;
  const count = perSecond * seconds;
  const sent: SentOrder[] = [];
  while (sent.length < count) {
    await sleep(Math.max(0, startMs + (sent.length * 1000) / perSecond - Date.now()));
    const due: ReturnType<Service['order']>[] = [];
    for (let index = sent.length; index < count; index++) {
      const sinceStartMs = (index * 1000) / perSecond;
      if (startMs + sinceStartMs > Date.now()) break;
      const order = service.order(`${idPrefix(index)}-${run}-${index}`);
      due.push(order);
      sent.push({ id: order.id, dueAtMs: startMs + sinceStartMs, sinceStartMs });
    }
    if (due.length === 0) continue;
    await service.produce(...due);
    for (const { id } of due) onSent?.(id);
  }
  return sent;
}
