import fc from 'fast-check';
import { deadLetterId } from '../../lib/decide/dead-letter-id.ts';
import type { FailedEvent } from '../../lib/model/dead-letter.ts';
import { REASONS } from '../../lib/model/failure.ts';
import type { RecordContent } from '../../lib/model/record.ts';

const ORIGIN = { topic: 'order-events', partition: 2, offset: 41, timestampMs: 1_767_225_600_000 };

/** An order that failed four times; override what the test is about. */
export function failedEvent(overrides: Partial<FailedEvent> = {}): FailedEvent {
  const origin = overrides.origin ?? ORIGIN;
  return {
    kind: 'failed',
    id: deadLetterId(origin),
    reason: 'retries-exhausted',
    attempts: 4,
    firstFailedAtMs: 1_767_225_601_000,
    lastFailedAtMs: 1_767_225_608_500,
    origin,
    failedAt: { topic: 'order-events-retry-4s', partition: 1, offset: 7 },
    error: {
      type: 'ValueError',
      message: 'Simulated processing failure',
      stack: 'ValueError: Simulated processing failure\n    at handle (orders.ts:1:1)',
      causes: [{ type: 'Error', message: 'the cause' }],
    },
    by: { functionName: 'retry-orders', functionVersion: '$LATEST', requestId: 'request-1' },
    record: {
      key: Buffer.from('ORDER-1'),
      value: Buffer.from('{"orderId":"ORDER-1","note":"Grüße"}'),
      headers: [
        { key: 'a', value: Buffer.from([0xff, 0x00]) },
        { key: 'b', value: null },
        { key: 'a', value: Buffer.from('') },
      ],
    },
    ...overrides,
  };
}

const count = fc.maxSafeNat();
const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
const bytesOrNull = fc.option(bytes, { nil: null });
const text = fc.string({ unit: 'binary' });
const place = { topic: fc.string({ minLength: 1 }), partition: count, offset: count };

export const contentArbitrary: fc.Arbitrary<RecordContent> = fc.record({
  key: bytesOrNull,
  value: bytesOrNull,
  headers: fc.array(
    fc.record({
      key: fc.oneof(text, fc.constantFrom('1', '__proto__', 'retry.state')),
      value: bytesOrNull,
    }),
    { maxLength: 4 },
  ),
});

/** Any event that the order functions could write. */
export const failedEventArbitrary: fc.Arbitrary<FailedEvent> = fc
  .record(
    {
      kind: fc.constant('failed' as const),
      reason: fc.constantFrom(...REASONS),
      attempts: fc.integer({ min: 1 }),
      firstFailedAtMs: count,
      lastFailedAtMs: count,
      origin: fc.record({ ...place, timestampMs: fc.maxSafeInteger() }),
      failedAt: fc.record(place),
      error: fc.record(
        {
          type: text,
          message: text,
          stack: text,
          causes: fc.array(fc.record({ type: text, message: text }), { maxLength: 3 }),
        },
        { requiredKeys: ['type', 'message', 'causes'] },
      ),
      by: fc.record({ functionName: text, functionVersion: text, requestId: text }),
      record: contentArbitrary,
      leftOut: fc.record(
        {
          orderId: fc.option(text, { nil: null }),
          originalMessageEncoding: fc.constantFrom('utf-8' as const, 'base64' as const, null),
          valueSizeBytes: fc.option(count, { nil: null }),
          valueSha256: fc.option(text, { nil: null }),
          traceparent: text,
          tracestate: text,
        },
        {
          requiredKeys: ['orderId', 'originalMessageEncoding', 'valueSizeBytes', 'valueSha256'],
          noNullPrototype: true,
        },
      ),
      redrive: fc.record({ id: fc.string({ minLength: 1 }), count: fc.integer({ min: 1 }) }),
    },
    {
      requiredKeys: [
        'kind',
        'reason',
        'attempts',
        'firstFailedAtMs',
        'lastFailedAtMs',
        'origin',
        'failedAt',
        'error',
        'by',
        'record',
      ],
      noNullPrototype: true,
    },
  )
  .map((event) => ({ ...event, id: deadLetterId(event.origin) }));
