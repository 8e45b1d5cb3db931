import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  emptyEventBytes,
  encodeRecord,
  eventJson,
  payloadBytesOf,
  recordJson,
} from '../../../../../plugins/event-source-mapping/local/event.ts';
import type { PolledRecord } from '../../../../../plugins/event-source-mapping/local/types.ts';
import { polledRecord } from '../../../../support/polled-records.ts';

const source = { eventSourceArn: 'arn:aws:kafka:x:0:cluster/ë', bootstrapServers: 'a:1,b:2' };
const GOLDEN = new URL('../../../../fixtures/events/golden.json', import.meta.url);

const bytes = fc.option(fc.uint8Array({ maxLength: 40 }));
const records: fc.Arbitrary<PolledRecord[]> = fc.array(
  fc.record({
    topic: fc.stringMatching(/^[a-zA-Z0-9._-]{1,20}$/),
    partition: fc.nat(20),
    offset: fc.maxSafeNat(),
    timestampMs: fc.maxSafeNat(),
    timestampType: fc.constantFrom('CREATE_TIME', 'LOG_APPEND_TIME'),
    key: bytes,
    value: bytes,
    headers: fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), bytes), { maxLength: 5 }),
  }),
  { maxLength: 12 },
);

describe('eventJson', () => {
  it('is the golden event, which lib reads too', () => {
    const golden = JSON.parse(readFileSync(GOLDEN, 'utf8')) as {
      eventSourceArn: string;
      bootstrapServers: string;
    };
    const polled: PolledRecord[] = [
      {
        ...polledRecord({ topic: 'order-events', partition: 0, offset: 15 }),
        timestampMs: 1767225600000,
        key: Buffer.from('ORDER-1'),
        value: Buffer.from('{"orderId":"ORDER-1"}'),
        headers: [
          ['a', Buffer.from('1')],
          ['b', Buffer.from('2')],
          ['a', Buffer.from('3')],
          ['1', Buffer.from('ë')],
          ['empty', Buffer.alloc(0)],
          ['none', null],
          ['', Buffer.from([0])],
          ['bytes', Buffer.from([0, 127, 128, 255])],
        ],
      },
      polledRecord({ topic: 'order-events', offset: 16, timestampMs: 1767225600001 }),
      {
        ...polledRecord({ topic: 'order-events', offset: 19, timestampMs: 1767225600002 }),
        key: Buffer.alloc(0),
        value: Buffer.alloc(0),
      },
      {
        ...polledRecord({ topic: 'order-events', partition: 12, offset: Number.MAX_SAFE_INTEGER }),
        timestampMs: 1767225600003,
        timestampType: 'LOG_APPEND_TIME',
        key: Buffer.from([255, 0]),
        value: Buffer.from(Array.from({ length: 256 }, (_, index) => index)),
        headers: [
          ['traceparent', Buffer.from('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')],
        ],
      },
    ];
    const json = eventJson(
      polled.map((record) => encodeRecord(record, 0)),
      golden,
    );
    expect(JSON.parse(json)).toEqual(golden);
  });

  it('has exactly the bytes that payloadBytesOf foretells (a separating comma too much at most)', () => {
    fc.assert(
      fc.property(records, (polled) => {
        const encoded = polled.map((record) => encodeRecord(record, 0));
        const seen = new Set<string>();
        const foretold = encoded.reduce((sum, record) => {
          const key = `${record.topic}-${record.partition}`;
          const isFirst = !seen.has(key);
          seen.add(key);
          return sum + payloadBytesOf(record, isFirst);
        }, emptyEventBytes(source));
        const actual = Buffer.byteLength(eventJson(encoded, source));
        expect(foretold - actual).toBe(encoded.length === 0 ? 0 : 1);
      }),
    );
  });

  it('gives every record back, byte for byte and header for header', () => {
    fc.assert(
      fc.property(records, (polled) => {
        const encoded = polled.map((record) => encodeRecord(record, 0));
        const event = JSON.parse(eventJson(encoded, source)) as {
          records: Record<string, RawRecord[]>;
        };
        const raw = Object.values(event.records).flat();
        expect(raw.map(bytesOf)).toEqual(
          [...Map.groupBy(polled, (record) => `${record.topic}-${record.partition}`).values()]
            .flat()
            .map(({ offset, key, value, headers }) => ({
              offset,
              key: key && [...key],
              value: value && [...value],
              headers: headers.map(([name, bytes]) => [name, bytes && [...bytes]]),
            })),
        );
      }),
    );
  });
});

interface RawRecord {
  offset: number;
  key?: string;
  value?: string;
  headers: Record<string, number[] | null>[];
}

function bytesOf({ offset, key, value, headers }: RawRecord) {
  const decoded = (text: string | undefined) =>
    text === undefined ? null : [...Buffer.from(text, 'base64')];
  return {
    offset,
    key: decoded(key),
    value: decoded(value),
    headers: headers.map((header) => {
      const [[name, numbers] = ['', null]] = Object.entries(header);
      return [name, numbers && [...Buffer.from(numbers)]];
    }),
  };
}

describe('recordJson', () => {
  it('leaves a missing key and value out, and keeps empty ones', () => {
    expect(recordJson(polledRecord())).not.toMatch(/"key"|"value"/);
    const empty = recordJson(polledRecord({ key: Buffer.alloc(0), value: Buffer.alloc(0) }));
    expect(JSON.parse(empty)).toMatchObject({ key: '', value: '' });
  });
});
