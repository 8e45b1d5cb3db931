import type { Delivery } from '../../lib/model/delivery.ts';
import type { Failure } from '../../lib/model/failure.ts';
import type { ConsumedRecord, RecordHeader } from '../../lib/model/record.ts';
import type { RetryPolicy, RetryState } from '../../lib/model/retry.ts';
import { retryPolicy, type PolicySettings } from '../../lib/decide/tiers.ts';

const utf8 = new TextEncoder();

export const bytes = (text: string): Uint8Array => Buffer.from(utf8.encode(text));

/** Valid by default; a test overrides the one thing it is about. */
export function record(over: Partial<ConsumedRecord> = {}): ConsumedRecord {
  return {
    topic: 'order-events',
    partition: 0,
    offset: 0,
    timestampMs: 1_700_000_000_000,
    key: bytes('ORDER-1'),
    value: bytes(JSON.stringify(orderEvent())),
    headers: [],
    ...over,
  };
}

export function orderEvent(over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    eventType: 'ORDER_CREATED',
    orderId: 'ORDER-1',
    customerId: 'CUSTOMER-1',
    items: [{ productId: 'PRODUCT-1', quantity: 2, price: 9.99 }],
    totalAmount: 19.98,
    currency: 'USD',
    status: 'PENDING',
    createdAt: '2026-01-01T00:00:00.000Z',
    ...over,
  };
}

export function policy(over: Partial<PolicySettings> = {}): RetryPolicy {
  return retryPolicy({
    orderTopic: 'order-events',
    retriesMax: 3,
    initialBackoffMs: 1000,
    maxBackoffMs: 30_000,
    jitter: 0,
    drainDelaysMs: [],
    ...over,
  });
}

export function state(over: Partial<RetryState> = {}): RetryState {
  const origin = { topic: 'order-events', partition: 0, offset: 0, timestampMs: 1 };
  return { attempt: 1, origin, ...over };
}

export function delivery(over: Partial<Delivery> = {}): Delivery {
  return { record: record(), state: state(), ...over };
}

export function failure(over: Partial<Failure> = {}): Failure {
  const error = { type: 'ValueError', message: 'Simulated processing failure', causes: [] };
  return { retriable: true, error, ...over } as Failure;
}

export const header = (key: string, value: string | Uint8Array | null): RecordHeader => ({
  key,
  value: typeof value === 'string' ? bytes(value) : value,
});
