import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { DeadLetterItem } from '../../lib/model/dead-letter.ts';
import { REASONS } from '../../lib/model/failure.ts';

/** An id that looks like one, and says nothing about the order of the list. */
export function idOf(seed: string | number): string {
  return createHash('sha256').update(String(seed)).digest('hex').slice(0, 32);
}

/** An open dead letter; override what the test is about. */
export function deadLetterItem(over: Partial<DeadLetterItem> = {}): DeadLetterItem {
  return {
    id: idOf(1),
    revision: 1,
    state: 'open',
    reason: 'retries-exhausted',
    orderId: 'ORDER-1',
    originalMessage: '{"orderId":"ORDER-1"}',
    originalMessageTruncated: false,
    originalMessageEncoding: 'utf-8',
    errorMessage: 'Simulated processing failure',
    errorType: 'ValueError',
    retryCount: 3,
    failedAttempts: 4,
    firstFailureTimestamp: '2026-01-01T00:00:01.000Z',
    lastFailureTimestamp: '2026-01-01T00:00:08.500Z',
    originalTopic: 'order-events',
    originalPartition: 2,
    originalOffset: 41,
    consumerGroup: 'order-service-group',
    bytesMissing: false,
    arrivedAtMs: 1_767_225_610_000,
    redriveCount: 0,
    envelopeAt: { topic: 'order-events-dlq', partition: 3, offset: 12 },
    group: '0123456789abcdef',
    totalAttempts: 4,
    changedAtMs: 1_767_225_610_000,
    redrive: null,
    history: [
      {
        atMs: 1_767_225_610_000,
        what: 'failed',
        by: 'retry-orders',
        from: null,
        to: 'open',
        error: { type: 'ValueError', message: 'Simulated processing failure' },
      },
    ],
    expiresAtMs: null,
    ...over,
  };
}

/** Items that are in the DLQ now, with many equal arrivals; no two with one id. */
export const openItems: fc.Arbitrary<DeadLetterItem[]> = fc.uniqueArray(
  fc
    .record({
      id: fc.nat(10_000).map(idOf),
      arrivedAtMs: fc.integer({ min: 1000, max: 1010 }),
      state: fc.constantFrom('open' as const, 'redriving' as const),
      reason: fc.constantFrom(...REASONS),
    })
    .map(deadLetterItem),
  { selector: (item) => item.id, maxLength: 40 },
);

/** Newest arrival first, then id descending. */
export function newestFirst(items: readonly DeadLetterItem[]): DeadLetterItem[] {
  return items.toSorted((a, b) => b.arrivedAtMs - a.arrivedAtMs || (a.id < b.id ? 1 : -1));
}
