import { describe, expect, it } from 'vitest';
import {
  asShown,
  elevenFields,
  smallerItem,
  toDeadLetterItem,
} from '../../../lib/decide/dead-letter-item.ts';
import { smallerEnvelope, toEnvelope } from '../../../lib/decide/envelope.ts';
import { withEntry } from '../../../lib/decide/history.ts';
import { toAttributes } from '../../../lib/effect/dynamodb/dead-letter-attributes.ts';
import type { DeadLetterItem, FailedEvent } from '../../../lib/model/dead-letter.ts';
import { idOf } from '../../support/dead-letter-items.ts';
import { failedEvent } from '../../support/dead-letters.ts';

const AT = { topic: 'order-events-dlq', partition: 3, offset: 12 };
const NOW_MS = 1_700_000_000_000;
const OPEN = { kind: 'open', revision: 1, arrivedAtMs: NOW_MS, previous: undefined } as const;
const SEEN = { redrive: undefined, group: '0123456789abcdef', nowMs: NOW_MS };
const envelopeOf = (over: Partial<FailedEvent> = {}) =>
  toEnvelope(failedEvent(over), { orderId: 'ORDER-1', consumerGroup: 'order-service-group' });
const withValue = (value: Uint8Array) => envelopeOf({ record: { key: null, value, headers: [] } });
const itemOf = (envelope = envelopeOf()) =>
  toDeadLetterItem(envelope, OPEN, { at: AT, bytesMissing: false }, SEEN);

describe('the index item', () => {
  it('is open, and holds what lists show and where the envelope lies', () => {
    const envelope = envelopeOf();
    expect(itemOf(envelope)).toEqual({
      ...elevenFields(envelope),
      id: envelope.id,
      revision: 1,
      state: 'open',
      reason: 'retries-exhausted',
      orderId: 'ORDER-1',
      originalMessageTruncated: false,
      originalMessageEncoding: 'utf-8',
      bytesMissing: false,
      arrivedAtMs: NOW_MS,
      redriveCount: 0,
      envelopeAt: AT,
      group: '0123456789abcdef',
      totalAttempts: 4,
      changedAtMs: NOW_MS,
      redrive: null,
      history: [
        {
          atMs: NOW_MS,
          what: 'failed',
          by: 'retry-orders',
          from: null,
          to: 'open',
          error: { type: 'ValueError', message: 'Simulated processing failure' },
        },
      ],
      expiresAtMs: null,
    });
  });

  it.each([
    [8_192, 8_192, false],
    [8_193, 8_192, true],
  ])('of a message of %i bytes has %i', (bytes, kept, originalMessageTruncated) => {
    const item = itemOf(withValue(Buffer.alloc(bytes, 'x')));
    expect(item.originalMessage).toHaveLength(kept);
    expect(item).toMatchObject({ originalMessageTruncated });
  });

  it('of bytes that are no text has a beginning that can still be decoded', () => {
    const value = Buffer.alloc(10_000, 0xff);
    const item = itemOf(withValue(value));
    const decoded = Buffer.from(item.originalMessage ?? '', 'base64');
    expect(decoded.equals(value.subarray(0, 6_144))).toBe(true);
  });

  it('has the beginning of the message even where the envelope lost it', () => {
    const item = toDeadLetterItem(envelopeOf(), OPEN, { at: AT, bytesMissing: true }, SEEN);
    expect(item).toMatchObject({ bytesMissing: true, originalMessage: expect.any(String) });
  });

  it('made smaller has short texts and no message', () => {
    const error = { type: 'E'.repeat(200), message: 'x'.repeat(8_000), causes: [] };
    expect(smallerItem(itemOf(envelopeOf({ error })))).toMatchObject({
      originalMessage: null,
      originalMessageTruncated: true,
      errorMessage: `${'x'.repeat(199)}…`,
      envelopeAt: AT,
    });
  });
});

it('the largest item, made of the longest texts, stays below what DynamoDB takes', () => {
  // A character that takes three bytes in UTF-8, and one that JSON writes with six.
  const long = '\u0001\u2028'.repeat(100_000);
  const error = { type: long, message: long, causes: [] };
  const value = Buffer.from(long);
  const event = failedEvent({ error, record: { key: null, value, headers: [] } });
  const envelope = toEnvelope(event, { orderId: 'ORDER-1', consumerGroup: 'group' });
  const entry = { atMs: NOW_MS, what: 'discarded', from: 'open', to: 'discarded' } as const;
  const written = { at: AT, bytesMissing: false };
  let item = toDeadLetterItem(envelope, OPEN, written, SEEN);
  for (let n = 0; n < 30; n++) {
    const texts = { by: long, reason: long, error, jobId: idOf(n), invocation: idOf(n) };
    item = { ...item, history: withEntry(item.history, { ...entry, ...texts }) };
  }
  const bytesOf = (one: DeadLetterItem) =>
    Object.entries(toAttributes(one)).reduce(
      (sum, [name, { S = '', N = '' }]) => sum + Buffer.byteLength(`${name}${S}${N}`),
      0,
    );
  expect(bytesOf(item)).toBeLessThan(400 * 1024);
  expect(bytesOf(smallerItem(item))).toBeLessThan(80 * 1024);
});

describe('an envelope as it is shown', () => {
  it('has the item’s fields, where another writer’s envelope lies in the topic', () => {
    const item = itemOf(envelopeOf({ attempts: 4 }));
    const other = envelopeOf({ attempts: 2 });
    expect(asShown(other, item)).toMatchObject({ retryCount: 3, failedAttempts: 4 });
  });

  it('has the whole message, though the item has its beginning alone', () => {
    const envelope = withValue(Buffer.alloc(20_000, 'x'));
    const shown = asShown(smallerEnvelope(envelope)!, itemOf(envelope));
    expect(shown.originalMessage).toHaveLength(20_000);
    expect(shown.originalMessageTruncated).toBe(false);
  });

  it('has the item’s beginning where the bytes are missing', () => {
    const envelope = withValue(Buffer.alloc(20_000, 'x'));
    const smallest = smallerEnvelope(smallerEnvelope(envelope)!)!;
    const shown = asShown(smallest, itemOf(envelope));
    expect(shown.originalMessage).toHaveLength(8_192);
    expect(shown).toMatchObject({ originalMessageTruncated: true, bytesMissing: true });
  });
});
