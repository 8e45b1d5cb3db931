import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeMskEvent } from '../../../lib/codec/msk-event.ts';

const base = {
  topic: 'order-events',
  partition: 0,
  offset: 15,
  timestamp: 1545084650987,
  timestampType: 'CREATE_TIME',
};
const event = (...records: unknown[]) => ({ records: { 'order-events-0': records } });
const only = (record: object) => decodeMskEvent(event({ ...base, ...record }))[0]?.records[0];

describe('decodeMskEvent', () => {
  it('reads the golden event, which the local event source writes', () => {
    const url = new URL('../../fixtures/events/golden.json', import.meta.url);
    const batches = decodeMskEvent(JSON.parse(readFileSync(url, 'utf8')));
    expect(batches.map(({ key, records }) => [key, records.map(({ offset }) => offset)])).toEqual([
      ['order-events-0', [15, 16, 19]],
      ['order-events-12', [Number.MAX_SAFE_INTEGER]],
    ]);
    const [first, second, third] = batches[0]?.records ?? [];
    expect(first?.headers.map(({ key, value }) => [key, value && [...value]])).toEqual([
      ['a', [49]],
      ['b', [50]],
      ['a', [51]],
      ['1', [0xc3, 0xab]],
      ['empty', []],
      ['none', null],
      ['', [0]],
      ['bytes', [0, 127, 128, 255]],
    ]);
    expect([second?.key, second?.value]).toEqual([null, null]);
    expect([third?.key, third?.value]).toEqual([Buffer.alloc(0), Buffer.alloc(0)]);
    expect([...(batches[1]?.records[0]?.value ?? [])]).toEqual(
      Array.from({ length: 256 }, (_, index) => index),
    );
  });

  it('reads header bytes as signed: −61, −85 is ë', () => {
    const record = only({ headers: [{ h: [-61, -85] }] });
    expect(Buffer.from(record?.headers[0]?.value ?? []).toString()).toBe('ë');
  });

  it('keeps headers in order, with duplicates, null values and names that objects dislike', () => {
    const headers = JSON.parse(
      '[{"a":[1]},{"b":[]},{"a":null},{"__proto__":[2]},{"1":[3]}]',
    ) as object[];
    expect(only({ headers })?.headers.map(({ key, value }) => [key, value && [...value]])).toEqual([
      ['a', [1]],
      ['b', []],
      ['a', null],
      ['__proto__', [2]],
      ['1', [3]],
    ]);
  });

  it.each([
    { name: 'left out', record: {}, gives: null },
    { name: 'null', record: { key: null, value: null }, gives: null },
    { name: 'empty', record: { key: '', value: '' }, gives: [] },
    { name: 'bytes', record: { key: '/w==', value: '/w==' }, gives: [255] },
  ])('a key and a value that are $name give $gives', ({ record, gives }) => {
    const { key, value } = only(record) ?? {};
    expect(key && [...key]).toEqual(gives);
    expect(value && [...value]).toEqual(gives);
  });

  it('takes headers that are null or left out as none', () => {
    expect(only({ headers: null })?.headers).toEqual([]);
    expect(only({})?.headers).toEqual([]);
  });

  it('puts the records of a partition in order of their offsets', () => {
    const [batch] = decodeMskEvent(event({ ...base, offset: 9 }, { ...base, offset: 7 }));
    expect(batch?.records.map(({ offset }) => offset)).toEqual([7, 9]);
  });

  it.each([
    { timestamp: -5, gives: -5 },
    { timestamp: -9_200_000_000_000_000_000, gives: -8.64e15 },
    { timestamp: 9_200_000_000_000_000_000, gives: 8.64e15 },
  ])('a timestamp of $timestamp is no reason to refuse its batch', ({ timestamp, gives }) => {
    const timestampMs = only({ timestamp })?.timestampMs;
    expect(timestampMs).toBe(gives);
    expect(Number.isSafeInteger(timestampMs)).toBe(true);
  });

  it.each([
    ['null', null],
    ['an SQS event', { Records: [] }],
    ['a partition that is no list', { records: { 'order-events-0': {} } }],
    ['a record without topic', event({ ...base, topic: undefined })],
    ['an offset as text', event({ ...base, offset: '15' })],
    ['a value that is no text', event({ ...base, value: [1] })],
    ['a record that AWS decoded', event({ ...base, valueSchemaMetadata: { schemaId: '1' } })],
  ])('%s is refused whole', (_name, bad) => {
    expect(() => decodeMskEvent(bad)).toThrow(expect.objectContaining({ code: 'EVENT_NOT_MSK' }));
  });

  it.each(['valueSchemaMetadata', 'keySchemaMetadata'])(
    'a record with %s says what is wrong with the mapping',
    (name) => {
      const decoded = event({ ...base, [name]: { dataFormat: 'AVRO', schemaId: '1' } });
      expect(() => decodeMskEvent(decoded)).toThrow(
        /exact bytes are gone: remove SchemaRegistryConf/,
      );
    },
  );

  it('gives a list or EVENT_NOT_MSK for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (records) => {
        try {
          expect(Array.isArray(decodeMskEvent({ records }))).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'EVENT_NOT_MSK' });
        }
      }),
    );
  });
});
