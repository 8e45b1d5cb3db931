import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeIntakeEvent } from '../../../lib/codec/intake-event.ts';
import { readIntakeRecord } from '../../../lib/codec/intake-record.ts';
import { failedEvent } from '../../support/dead-letters.ts';

const bytes = (text: string) => Buffer.from(text, 'utf8');

it('is one of our events', () => {
  const event = failedEvent();
  expect(readIntakeRecord(encodeIntakeEvent(event).value)).toEqual({ kind: 'event', event });
});

it("is one of AWS's wrappers", () => {
  const url = new URL('../../fixtures/aws-on-failure-record.json', import.meta.url);
  expect(readIntakeRecord(readFileSync(url))).toMatchObject({
    kind: 'aws-wrapper',
    wrapper: { record: { topic: 'order-events' } },
  });
});

it.each<[string, Buffer | null, RegExp]>([
  ['no value', null, /no value/],
  ['an empty value', bytes(''), /no UTF-8 JSON/],
  ['a cut event', encodeIntakeEvent(failedEvent()).value.subarray(0, 100) as Buffer, /JSON/],
  ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), /no UTF-8 JSON/],
  ['an order', bytes('{"orderId":"ORDER-1"}'), /no event of ours/],
  ["half a wrapper of AWS's", bytes('{"requestContext":{},"payload":{}}'), /AWS's wrapper/],
  ['brackets without end', Buffer.alloc(4_000_000, '['), /no UTF-8 JSON/],
])('is unreadable: %s', (_name, value, detail) => {
  expect(readIntakeRecord(value)).toEqual({
    kind: 'unreadable',
    detail: expect.stringMatching(detail),
  });
});

it('deeply nested JSON is unreadable, and no reason to fall over', () => {
  const depth = 100_000;
  const value = bytes(`{"payload":${'['.repeat(depth)}${']'.repeat(depth)},"requestContext":1}`);
  expect(readIntakeRecord(value).kind).toBe('unreadable');
});

it('never throws, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (any) => {
      expect(readIntakeRecord(any).kind).toBe('unreadable');
    }),
  );
});
