import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeIntakeEvent, parseIntakeEvent } from '../../../lib/codec/intake-event.ts';
import {
  failedEvent,
  intakeEventArbitrary,
  processedEvent,
  purgeEvent,
} from '../../support/dead-letters.ts';

const golden = (name: string) =>
  readFileSync(new URL(`../../fixtures/intake-event-v1${name}.json`, import.meta.url), 'utf8');
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const parse = (bytes: Uint8Array) => parseIntakeEvent(JSON.parse(text(bytes)));

describe('the intake record of an event', () => {
  it.each([
    ['', failedEvent()],
    ['-processed', processedEvent()],
    ['-purge', purgeEvent()],
  ])('is the golden fixture, byte for byte, and the fixture is it: %s', (name, event) => {
    expect(text(encodeIntakeEvent(event).value)).toBe(golden(name).trim());
    expect(parseIntakeEvent(JSON.parse(golden(name)))).toEqual(event);
  });

  it('is keyed by the id and has no headers', () => {
    const id = 'a'.repeat(32);
    for (const event of [failedEvent({ id }), processedEvent({ id }), purgeEvent({ id })]) {
      const { key, headers } = encodeIntakeEvent(event);
      expect(text(key)).toBe(id);
      expect(headers).toEqual([]);
    }
  });

  it('reads back as the same event, of whatever kind, whatever the bytes in it', () => {
    fc.assert(
      fc.property(intakeEventArbitrary, (event) => {
        expect(parse(encodeIntakeEvent(event).value)).toEqual(event);
      }),
    );
  });

  it('reads back without the fields that nobody here knows', () => {
    for (const event of [failedEvent(), processedEvent(), purgeEvent()]) {
      const json = JSON.parse(text(encodeIntakeEvent(event).value)) as object;
      expect(parseIntakeEvent({ ...json, newer: 1 })).toEqual(event);
    }
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
  const failed = () => JSON.parse(golden(''));
  const processed = () => JSON.parse(golden('-processed'));
  const purge = () => JSON.parse(golden('-purge'));

  it.each<[string, unknown, string]>([
    ['nothing', null, '(whole)'],
    ['a text', 'failed', '(whole)'],
    ['a list', [], '(whole)'],
    ['an order', { orderId: 'ORDER-1' }, 'kind'],
    ['a newer version', { ...failed(), v: 2 }, 'v'],
    ['an unknown kind', { ...failed(), kind: 'purged' }, 'kind'],
    ['an unknown reason', { ...failed(), reason: 'tired' }, 'reason'],
    ['a bad id', { ...failed(), id: 'ORDER-1' }, 'id'],
    ['attempt 0', { ...failed(), attempts: 0 }, 'attempts'],
    ['a fractional time', { ...failed(), lastFailedAtMs: 1.5 }, 'lastFailedAtMs'],
    ['no origin', { ...failed(), origin: undefined }, 'origin'],
    [
      'a negative offset',
      { ...failed(), failedAt: { topic: 't', partition: 0, offset: -1 } },
      'failedAt.offset',
    ],
    [
      'no base64',
      { ...failed(), record: { key: null, value: '*', headers: 'AA==' } },
      'record.value',
    ],
    [
      'uncanonical base64',
      { ...failed(), record: { key: 'YQ', value: null, headers: 'AA==' } },
      'record.key',
    ],
    [
      'headers cut off',
      { ...failed(), record: { key: null, value: null, headers: 'AQ==' } },
      'record.headers',
    ],
    ['an outcome of a newer version', { ...processed(), v: 2 }, 'v'],
    ['an outcome without its redrive', { ...processed(), redrive: undefined }, 'redrive'],
    [
      'an outcome of a redrive without id',
      { ...processed(), redrive: { id: '', count: 1 } },
      'redrive.id',
    ],
    [
      'an outcome of a redrive of no count',
      { ...processed(), redrive: { id: 'a', count: 0 } },
      'redrive.count',
    ],
    ['an outcome of no attempt', { ...processed(), attempts: 0 }, 'attempts'],
    ['an outcome of no time', { ...processed(), processedAtMs: -1 }, 'processedAtMs'],
    ['an outcome of nobody', { ...processed(), by: undefined }, 'by'],
    ['a purge of a newer version', { ...purge(), v: 2 }, 'v'],
    ['a purge of nothing', { ...purge(), id: undefined }, 'id'],
    ['a purge at no time', { ...purge(), askedAtMs: '0' }, 'askedAtMs'],
    ['a purge of a job without id', { ...purge(), jobId: '' }, 'jobId'],
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
