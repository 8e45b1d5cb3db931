import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeIntakeEvent, parseIntakeEvent } from '../../../lib/codec/intake-event.ts';
import { failedEvent, failedEventArbitrary } from '../../support/dead-letters.ts';

const GOLDEN = new URL('../../fixtures/intake-event-v1.json', import.meta.url);
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const parse = (bytes: Uint8Array) => parseIntakeEvent(JSON.parse(text(bytes)));

describe('the intake record of an event', () => {
  it('is the golden fixture, byte for byte', () => {
    expect(text(encodeIntakeEvent(failedEvent()).value)).toBe(readFileSync(GOLDEN, 'utf8').trim());
  });

  it('is keyed by the id and has no headers', () => {
    const { key, headers } = encodeIntakeEvent(failedEvent({ id: 'a'.repeat(32) }));
    expect(text(key)).toBe('a'.repeat(32));
    expect(headers).toEqual([]);
  });

  it('reads back as the same event, whatever the bytes in it', () => {
    fc.assert(
      fc.property(failedEventArbitrary, (event) => {
        expect(parse(encodeIntakeEvent(event).value)).toEqual(event);
      }),
    );
  });

  it('of half a million empty headers, 1 MiB in Kafka, takes 4/3 of that', () => {
    const headers = Array.from({ length: 2 ** 19 }, () => ({ key: '', value: Buffer.alloc(0) }));
    const record = { key: null, value: null, headers };
    const { value } = encodeIntakeEvent(failedEvent({ record }));
    expect(value.length).toBeLessThan((2 ** 20 * 4) / 3 + 2_000);
  });

  it('keeps null and empty apart', () => {
    const empty = Buffer.alloc(0);
    const record = {
      key: empty,
      value: null,
      headers: [
        { key: '', value: null },
        { key: 'a', value: empty },
      ],
    };
    expect(parse(encodeIntakeEvent(failedEvent({ record })).value)).toMatchObject({ record });
    const other = { key: null, value: empty, headers: [] };
    expect(parse(encodeIntakeEvent(failedEvent({ record: other })).value)).toMatchObject({
      record: other,
    });
  });
});

describe('what is no event', () => {
  const golden = () => JSON.parse(readFileSync(GOLDEN, 'utf8'));

  it.each<[string, unknown, string]>([
    ['nothing', null, '(whole)'],
    ['a text', 'failed', '(whole)'],
    ['a list', [], '(whole)'],
    ['an order', { orderId: 'ORDER-1' }, 'v'],
    ['a newer version', { ...golden(), v: 2 }, 'v'],
    ['an unknown kind', { ...golden(), kind: 'purged' }, 'kind'],
    ['an unknown reason', { ...golden(), reason: 'tired' }, 'reason'],
    ['a bad id', { ...golden(), id: 'ORDER-1' }, 'id'],
    ['attempt 0', { ...golden(), attempts: 0 }, 'attempts'],
    ['a fractional time', { ...golden(), lastFailedAtMs: 1.5 }, 'lastFailedAtMs'],
    ['no origin', { ...golden(), origin: undefined }, 'origin'],
    [
      'a negative offset',
      { ...golden(), failedAt: { topic: 't', partition: 0, offset: -1 } },
      'failedAt.offset',
    ],
    [
      'no base64',
      { ...golden(), record: { key: null, value: '*', headers: 'AA==' } },
      'record.value',
    ],
    [
      'uncanonical base64',
      { ...golden(), record: { key: 'YQ', value: null, headers: 'AA==' } },
      'record.key',
    ],
    [
      'headers cut off',
      { ...golden(), record: { key: null, value: null, headers: 'AQ==' } },
      'record.headers',
    ],
  ])('%s is named, with the field', (_name, json, field) => {
    expect(parseIntakeEvent(json)).toEqual({
      unreadable: expect.stringContaining(`field ${field}:`),
    });
  });

  it('never throws, whatever the JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(parseIntakeEvent(json)).toHaveProperty('unreadable');
      }),
    );
  });
});
