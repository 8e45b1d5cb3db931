import fc from 'fast-check';
import { expect, it } from 'vitest';
import { recordBlock } from '../../../cli/record-block.ts';
import type { ConsumedRecord } from '../../../lib/model/record.ts';

const record: ConsumedRecord = {
  topic: 'order-events',
  partition: 2,
  offset: 15,
  timestampMs: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  key: Buffer.from('ORDER-1'),
  value: Buffer.from('{"orderId":"ORDER-1"}'),
  headers: [
    { key: 'a', value: Buffer.from('1') },
    { key: 'a', value: null },
    { key: 'b', value: Buffer.from([0xff]) },
    { key: '', value: Buffer.from('') },
    { key: 'x y"\n', value: Buffer.from('\u001b[31m') },
  ],
};

it('shows every part of a record, headers in their order', () => {
  expect(recordBlock(record)).toBe(
    [
      'order-events  partition 2  offset 15  2026-01-02T03:04:05.006Z',
      '  key     text    ORDER-1',
      '  header  text    a = 1',
      '  header  null    a',
      '  header  base64  b = /w==',
      '  header  empty   ""',
      String.raw`  header  text    "x y\"\n" = \x1b[31m`,
      '  value   text    {"orderId":"ORDER-1"}',
    ].join('\n'),
  );
});

it.each([
  { value: null, shows: '  value   null' },
  { value: Buffer.from(''), shows: '  value   empty' },
  { value: Buffer.from('null'), shows: '  value   text    null' },
  { value: Buffer.from([0xc3]), shows: '  value   base64  ww==' },
  { value: Buffer.from('\ufeffx'), shows: String.raw`  value   text    \ufeffx` },
])('$shows', ({ value, shows }) => {
  expect(recordBlock({ ...record, headers: [], value }).split('\n')[2]).toBe(shows);
});

it('is total: any bytes, any time, one line for each part', () => {
  const bytes = fc.option(fc.uint8Array());
  const headers = fc.array(fc.record({ key: fc.string({ unit: 'binary' }), value: bytes }));
  const timestampMs = fc.oneof(fc.integer(), fc.constantFrom(-1, Number.MAX_SAFE_INTEGER, -1e17));
  fc.assert(
    fc.property(fc.record({ key: bytes, value: bytes, headers, timestampMs }), (parts) => {
      const lines = recordBlock({ ...record, ...parts }).split('\n');
      expect(lines).toHaveLength(3 + parts.headers.length);
      expect(lines.join('')).not.toMatch(/\p{Cc}/u);
    }),
  );
});
