import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallerEnvelope, toEnvelope } from '../../../lib/decide/envelope.ts';
import { failedEvent, failedEventArbitrary } from '../../support/dead-letters.ts';

const CONTEXT = { orderId: 'ORDER-1', consumerGroup: 'order-service-group' };

describe('the envelope', () => {
  it('has the eleven fields with the contract’s names and meanings', () => {
    expect(toEnvelope(failedEvent(), CONTEXT)).toMatchObject({
      originalMessage: '{"orderId":"ORDER-1","note":"Grüße"}',
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
    });
  });

  it('has the exact bytes, and what helps to find the cause', () => {
    const event = failedEvent({ redrive: { id: 'redrive-1', count: 2 } });
    const sha256 = createHash('sha256').update(event.record.value!).digest('hex');
    expect(toEnvelope(event, CONTEXT)).toMatchObject({
      schemaVersion: 1,
      id: event.id,
      reason: 'retries-exhausted',
      orderId: 'ORDER-1',
      originalKey: event.record.key,
      originalValue: event.record.value,
      originalHeaders: event.record.headers,
      originalTimestamp: 1_767_225_600_000,
      originalMessageEncoding: 'utf-8',
      originalMessageTruncated: false,
      bytesMissing: false,
      valueSizeBytes: event.record.value!.length,
      valueSha256: sha256,
      failedAt: { topic: 'order-events-retry-4s', partition: 1, offset: 7 },
      redriveCount: 2,
      errorStack: event.error.stack,
      errorCauses: event.error.causes,
      by: event.by,
    });
  });

  it('of bytes that are no text shows them as base64 and says so', () => {
    const record = { key: null, value: Buffer.from([0xff, 0]), headers: [] };
    expect(toEnvelope(failedEvent({ record }), CONTEXT)).toMatchObject({
      originalMessage: '/wA=',
      originalMessageEncoding: 'base64',
      originalKey: null,
    });
  });

  it('of a record without value has null, not an empty text', () => {
    const record = { key: Buffer.alloc(0), value: null, headers: [] };
    const context = { ...CONTEXT, orderId: undefined };
    expect(toEnvelope(failedEvent({ record }), context)).toMatchObject({
      orderId: null,
      originalMessage: null,
      originalMessageEncoding: null,
      originalKey: Buffer.alloc(0),
      originalValue: null,
      valueSizeBytes: null,
      valueSha256: null,
    });
  });

  it('has bounded texts, whoever wrote the event', () => {
    const long = 'x'.repeat(100_000);
    const causes = Array.from({ length: 50 }, () => ({ type: long, message: long }));
    const error = { type: long, message: long, stack: long, causes };
    const envelope = toEnvelope(failedEvent({ error }), { ...CONTEXT, orderId: long });
    expect(JSON.stringify(envelope).length).toBeLessThan(40_000);
  });

  it.each([
    [
      'with a value',
      { originalMessageEncoding: 'utf-8', valueSizeBytes: 7, valueSha256: 'ab' },
      true,
    ],
    [
      'without value',
      { originalMessageEncoding: null, valueSizeBytes: null, valueSha256: null },
      false,
    ],
  ] as const)(
    'of a record %s whose bytes were left out says what is known of them',
    (_name, known, isCut) => {
      const record = { key: null, value: null, headers: [] };
      const event = failedEvent({ record, leftOut: { orderId: 'ORDER-1', ...known } });
      expect(toEnvelope(event, CONTEXT)).toMatchObject({
        ...known,
        orderId: 'ORDER-1',
        originalMessage: null,
        originalMessageTruncated: isCut,
        originalKey: null,
        originalValue: null,
        originalHeaders: [],
        bytesMissing: true,
      });
    },
  );

  it('is made of any event, with times in ISO 8601 UTC', () => {
    fc.assert(
      fc.property(failedEventArbitrary, (event) => {
        const envelope = toEnvelope(event, CONTEXT);
        const iso = /^(\+\d{6}|\d{4})-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
        expect(envelope.firstFailureTimestamp).toMatch(iso);
        expect(envelope.lastFailureTimestamp).toMatch(iso);
        expect(envelope.failedAttempts).toBe(envelope.retryCount + 1);
        expect(envelope.originalValue).toBe(event.record.value);
      }),
    );
  });
});

describe('a smaller envelope', () => {
  const whole = toEnvelope(failedEvent(), CONTEXT);

  it('first leaves out the text, for the bytes are there all the same', () => {
    expect(smallerEnvelope(whole)).toEqual({
      ...whole,
      originalMessage: null,
      originalMessageTruncated: true,
    });
  });

  it('then the bytes, and keeps their size and hash', () => {
    const smallest = smallerEnvelope(smallerEnvelope(whole)!);
    expect(smallest).toEqual({
      ...whole,
      originalMessage: null,
      originalMessageTruncated: true,
      originalKey: null,
      originalValue: null,
      originalHeaders: [],
      bytesMissing: true,
      errorCauses: [
        ...whole.errorCauses,
        {
          type: 'BytesLeftOut',
          message:
            "The record is too large for its dead letter: its bytes stay in order-events, partition 2, offset 41, until that topic's retention ends",
        },
      ],
    });
    expect(smallest).toMatchObject({ valueSizeBytes: 38, valueSha256: whole.valueSha256 });
  });

  it('is nowhere beyond that', () => {
    expect(smallerEnvelope(smallerEnvelope(smallerEnvelope(whole)!)!)).toBeUndefined();
  });

  it('of a record without value leaves out the bytes at once', () => {
    const record = { key: Buffer.alloc(9), value: null, headers: [] };
    expect(smallerEnvelope(toEnvelope(failedEvent({ record }), CONTEXT))).toMatchObject({
      bytesMissing: true,
      originalMessageTruncated: false,
    });
  });
});
