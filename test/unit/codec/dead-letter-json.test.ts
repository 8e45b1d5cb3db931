import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { fitsAnswer } from '../../../lib/codec/answer-size.ts';
import { listedMessage, wholeMessage } from '../../../lib/codec/dead-letter-answer.ts';
import { toListedMessage, toWholeMessage } from '../../../lib/codec/dead-letter-json.ts';
import { asShown } from '../../../lib/decide/dead-letter-item.ts';
import { toEnvelope } from '../../../lib/decide/envelope.ts';
import type { Envelope } from '../../../lib/model/dead-letter.ts';
import { deadLetterItem } from '../../support/dead-letter-items.ts';
import { contentArbitrary, failedEvent } from '../../support/dead-letters.ts';

const LAMBDA_BYTES_MAX = 6 * 1024 * 1024;
const GROUP = 'order-service-group';
const NOW_MS = 1_767_225_620_000;

function envelopeOf(record: ReturnType<typeof failedEvent>['record']): Envelope {
  return toEnvelope(failedEvent({ record }), { consumerGroup: GROUP, orderId: 'ORDER-1' });
}

describe('a message of the list', () => {
  it('is what the API document says, with the eleven fields as they are in the index', () => {
    const item = deadLetterItem();

    const message = toListedMessage(item, NOW_MS);

    expect(z.safeParse(listedMessage, message).error).toBeUndefined();
    expect(message).toMatchObject({
      id: item.id,
      reason: 'retries-exhausted',
      state: 'open',
      originalMessage: item.originalMessage,
      errorMessage: item.errorMessage,
      errorType: item.errorType,
      retryCount: 3,
      failedAttempts: 4,
      firstFailureTimestamp: item.firstFailureTimestamp,
      lastFailureTimestamp: item.lastFailureTimestamp,
      originalTopic: 'order-events',
      originalPartition: 2,
      originalOffset: 41,
      consumerGroup: GROUP,
    });
    expect(message).not.toHaveProperty('originalMessageTruncated');
    expect(message).not.toHaveProperty('bytesMissing');
    expect(message).not.toHaveProperty('revision');
  });

  it('is marked where its text is cut, and where its bytes are gone', () => {
    const item = deadLetterItem({ originalMessageTruncated: true, bytesMissing: true });

    expect(toListedMessage(item, NOW_MS)).toMatchObject({
      originalMessageTruncated: true,
      bytesMissing: true,
    });
  });
});

describe('its redrive', () => {
  const redrive = {
    id: 'job-1',
    count: 2,
    claimedAtMs: 1_767_225_615_000,
    staleAtMs: NOW_MS + 1,
    outcome: null,
  };

  it('is there with its times, and null where it never was redriven', () => {
    const item = deadLetterItem({ state: 'redriving', redriveCount: 2, redrive });

    const message = toListedMessage(item, NOW_MS);

    expect(z.safeParse(listedMessage, message).error).toBeUndefined();
    expect(message).toMatchObject({
      changedAt: '2026-01-01T00:00:10.000Z',
      group: item.group,
      redriveCount: 2,
      redrive: {
        id: 'job-1',
        count: 2,
        claimedAt: '2026-01-01T00:00:15.000Z',
        staleAt: '2026-01-01T00:00:20.001Z',
        outcome: null,
      },
    });
    expect(toListedMessage(deadLetterItem(), NOW_MS).redrive).toBeNull();
  });

  it.each([
    { what: 'before its time', state: 'redriving', nowMs: NOW_MS, is: undefined },
    { what: 'at its time', state: 'redriving', nowMs: NOW_MS + 1, is: true },
    { what: 'when it has ended', state: 'resolved', nowMs: NOW_MS + 1, is: undefined },
    { what: 'when it failed again', state: 'open', nowMs: NOW_MS + 1, is: undefined },
  ] as const)('is marked stale $what: $is', ({ state, nowMs, is }) => {
    expect(toListedMessage(deadLetterItem({ state, redrive }), nowMs).stale).toBe(is);
  });

  it('has no group where nothing is known of the failure', () => {
    expect(toListedMessage(deadLetterItem({ group: '' }), NOW_MS).group).toBeNull();
  });
});

describe('its history', () => {
  const history = [
    {
      atMs: 1_767_225_610_000,
      what: 'failed',
      by: 'retry-orders',
      from: null,
      to: 'open',
      error: { type: 'ValueError', message: 'no' },
    },
    {
      atMs: 1_767_225_611_000,
      what: 'discarded',
      by: 'local',
      from: 'open',
      to: 'discarded',
      jobId: 'job-1',
      reason: 'not ours',
    },
  ] as const;

  it.each([true, false])('is there in its order, envelope: %s', (hasEnvelope) => {
    const item = deadLetterItem({ state: 'discarded', history, totalAttempts: 9 });
    const content = { key: null, value: Buffer.from('x'), headers: [] };
    const envelope = hasEnvelope ? asShown(envelopeOf(content), item) : undefined;

    const message = toWholeMessage(item, envelope, NOW_MS);

    expect(z.safeParse(wholeMessage, message).error).toBeUndefined();
    expect(message.totalAttempts).toBe(9);
    expect(message.history).toEqual([
      {
        at: '2026-01-01T00:00:10.000Z',
        what: 'failed',
        by: 'retry-orders',
        from: null,
        to: 'open',
        error: { type: 'ValueError', message: 'no' },
      },
      {
        at: '2026-01-01T00:00:11.000Z',
        what: 'discarded',
        by: 'local',
        from: 'open',
        to: 'discarded',
        jobId: 'job-1',
        reason: 'not ours',
      },
    ]);
  });
});

describe('a dead letter whole', () => {
  it('has the exact bytes of key, value and headers, null and empty told apart, as the API document says', () => {
    fc.assert(
      fc.property(contentArbitrary, (content) => {
        const item = deadLetterItem();
        const message = toWholeMessage(item, asShown(envelopeOf(content), item), NOW_MS);

        expect(z.safeParse(wholeMessage, message).error).toBeUndefined();
        const bytes = (text: string | null) => (text === null ? null : Buffer.from(text, 'base64'));
        expect(bytes(message.originalKey)).toEqual(content.key);
        expect(bytes(message.originalValue)).toEqual(content.value);
        expect(
          message.originalHeaders.map(({ key, value }) => ({ key, value: bytes(value) })),
        ).toEqual(content.headers);
        expect(message).not.toHaveProperty('bytesMissing');
      }),
    );
  });

  it('has the whole text where the index has the beginning of it', () => {
    const text = `{"orderId":"ORDER-1","note":"${'x'.repeat(20_000)}"}`;
    const item = deadLetterItem({
      originalMessage: text.slice(0, 8192),
      originalMessageTruncated: true,
    });
    const envelope = envelopeOf({ key: null, value: Buffer.from(text), headers: [] });

    const message = toWholeMessage(item, asShown(envelope, item), NOW_MS);

    expect(message.originalMessage).toBe(text);
    expect(message).not.toHaveProperty('originalMessageTruncated');
  });

  it('says that the bytes are missing where there is no envelope any more', () => {
    const message = toWholeMessage(deadLetterItem({ state: 'resolved' }), undefined, NOW_MS);

    expect(z.safeParse(wholeMessage, message).error).toBeUndefined();
    expect(message).toMatchObject({
      state: 'resolved',
      bytesMissing: true,
      originalKey: null,
      originalValue: null,
      originalHeaders: [],
    });
  });

  it.each([
    { what: '1 MiB of letters', value: 'a'.repeat(2 ** 20), left: [] },
    {
      what: '1 MiB of control characters',
      value: '\u0001'.repeat(2 ** 20),
      left: ['originalMessage'],
    },
    { what: '1 MiB of quotes', value: '"'.repeat(2 ** 20), left: [] },
    {
      what: '4 MiB of letters',
      value: 'a'.repeat(2 ** 22),
      left: ['originalMessage', 'originalValue'],
    },
  ])('of $what leaves out $left, and fits what Lambda can answer', ({ value, left }) => {
    const item = deadLetterItem();
    const content = { key: Buffer.from('k'), value: Buffer.from(value), headers: [] };

    const message = toWholeMessage(item, asShown(envelopeOf(content), item), NOW_MS);

    const body = JSON.stringify({ success: true, message });
    expect(Buffer.byteLength(JSON.stringify({ statusCode: 200, body }))).toBeLessThan(
      LAMBDA_BYTES_MAX,
    );
    expect(message.originalMessage === null).toBe(left.includes('originalMessage'));
    expect(message.originalMessageTruncated ?? false).toBe(left.includes('originalMessage'));
    expect(message.omitted ?? []).toEqual(left.filter((field) => field === 'originalValue'));
    expect(message.originalKey).toBe(Buffer.from('k').toString('base64'));
    expect(z.safeParse(wholeMessage, message).error).toBeUndefined();
  });

  it('leaves out headers and key where each of them is too large, and nothing besides', () => {
    const item = deadLetterItem();
    const large = Buffer.alloc(4_000_000, 1);
    const value = Buffer.from('small');
    const content = { key: large, value, headers: [{ key: 'h', value: large }] };

    const message = toWholeMessage(item, asShown(envelopeOf(content), item), NOW_MS);

    expect(message.omitted).toEqual(['originalHeaders', 'originalKey']);
    expect(message).toMatchObject({
      originalHeaders: [],
      originalKey: null,
      originalValue: value.toString('base64'),
    });
  });

  it('of 500,000 empty headers leaves out the headers and keeps the bytes', () => {
    const item = deadLetterItem();
    const headers = Array.from({ length: 500_000 }, () => ({ key: '', value: Buffer.alloc(0) }));
    const content = { key: Buffer.from('k'), value: Buffer.from('{}'), headers };

    const message = toWholeMessage(item, asShown(envelopeOf(content), item), NOW_MS);

    expect(fitsAnswer({ success: true, message })).toBe(true);
    expect(message).toMatchObject({
      omitted: ['originalHeaders'],
      originalHeaders: [],
      originalKey: 'aw==',
      originalValue: 'e30=',
    });
    expect(z.safeParse(wholeMessage, message).error).toBeUndefined();
  }, 30_000);
});
