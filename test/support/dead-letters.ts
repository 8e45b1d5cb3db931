import fc from 'fast-check';
import { deadLetterId } from '../../lib/decide/dead-letter-id.ts';
import type {
  FailedEvent,
  IntakeEvent,
  ProcessedEvent,
  PurgeEvent,
} from '../../lib/model/dead-letter.ts';
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

/** The same order, redriven and processed; override what the test is about. */
export function processedEvent(overrides: Partial<ProcessedEvent> = {}): ProcessedEvent {
  const origin = overrides.origin ?? ORIGIN;
  return {
    kind: 'processed',
    id: deadLetterId(origin),
    origin,
    redrive: { id: 'redrive-1', count: 1 },
    attempts: 2,
    processedAtMs: 1_767_225_700_000,
    by: { functionName: 'retry-orders', functionVersion: '$LATEST', requestId: 'request-2' },
    ...overrides,
  };
}

/** The same order, to be purged. */
export function purgeEvent(overrides: Partial<PurgeEvent> = {}): PurgeEvent {
  const id = deadLetterId(ORIGIN);
  return { kind: 'purge', id, askedAtMs: 1_767_225_800_000, jobId: 'purge-1', ...overrides };
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

const origin = fc.record({ ...place, timestampMs: fc.maxSafeInteger() });
const identity = fc.record({ functionName: text, functionVersion: text, requestId: text });
const redrive = fc.record({ id: fc.string({ minLength: 1 }), count: fc.integer({ min: 1 }) });

/** Any failure that the order functions could write. */
export const failedEventArbitrary: fc.Arbitrary<FailedEvent> = fc
  .record(
    {
      kind: fc.constant('failed' as const),
      reason: fc.constantFrom(...REASONS),
      attempts: fc.integer({ min: 1 }),
      firstFailedAtMs: count,
      lastFailedAtMs: count,
      origin,
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
      by: identity,
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
      redrive,
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

export const processedEventArbitrary: fc.Arbitrary<ProcessedEvent> = fc
  .record({
    kind: fc.constant('processed' as const),
    origin,
    redrive,
    attempts: fc.integer({ min: 1 }),
    processedAtMs: count,
    by: identity,
  })
  .map((event) => ({ ...event, id: deadLetterId(event.origin) }));

export const purgeEventArbitrary: fc.Arbitrary<PurgeEvent> = fc
  .record(
    {
      kind: fc.constant('purge' as const),
      origin,
      askedAtMs: count,
      jobId: fc.string({ minLength: 1 }),
    },
    { requiredKeys: ['kind', 'origin', 'askedAtMs'] },
  )
  .map(({ origin: from, ...event }) => ({ ...event, id: deadLetterId(from) }));

/** Any event of ours. */
export const intakeEventArbitrary: fc.Arbitrary<IntakeEvent> = fc.oneof(
  failedEventArbitrary,
  processedEventArbitrary,
  purgeEventArbitrary,
);
