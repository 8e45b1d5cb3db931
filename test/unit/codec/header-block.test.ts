import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHeaderBlock, encodeHeaderBlock } from '../../../lib/codec/header-block.ts';
import type { RecordHeader } from '../../../lib/model/record.ts';
import { headers as anyHeaders } from '../../support/arbitraries.ts';
import { header } from '../../support/builders.ts';
import { contentArbitrary } from '../../support/dead-letters.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const block = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

const shown = (headers: ReturnType<typeof decodeHeaderBlock>) =>
  'unreadable' in headers
    ? headers
    : headers.map(({ key, value }) => [key, value === null ? null : hex(value)]);

describe('a block of headers', () => {
  it.each<[string, readonly RecordHeader[], string]>([
    ['none', [], '00'],
    ['no value', [header('a', null)], '01 01 61 00'],
    ['an empty value', [header('a', '')], '01 01 61 01'],
    ['an empty name', [header('', 'b')], '01 00 02 62'],
    ['a name in UTF-8', [header('é', null)], '01 02 c3 a9 00'],
    [
      'a name that begins with a byte order mark',
      [header('\ufeffa', null)],
      '01 04 ef bb bf 61 00',
    ],
    ['bytes from 0x80 on', [header('a', Buffer.from([0x80, 0xff]))], '01 01 61 03 80 ff'],
    [
      'duplicates in their order',
      [header('a', '1'), header('b', null), header('a', '2')],
      '03 01 61 02 31 01 62 00 01 61 02 32',
    ],
    [
      'a length of two bytes',
      [header('a', Buffer.alloc(127))],
      `01 01 61 80 01 ${'00'.repeat(127)}`,
    ],
  ])('with %s', (_name, headers, expected) => {
    const encoded = encodeHeaderBlock(headers);
    expect(hex(encoded)).toBe(hex(block(expected)));
    expect(shown(decodeHeaderBlock(encoded))).toEqual(shown(headers));
  });

  it('reads back as the same headers, whatever they are', () => {
    const lists = fc.oneof(
      anyHeaders,
      contentArbitrary.map(({ headers }) => headers),
    );
    fc.assert(
      fc.property(lists, (headers) => {
        expect(shown(decodeHeaderBlock(encodeHeaderBlock(headers)))).toEqual(shown(headers));
      }),
    );
  });

  it('is not larger than the same headers in a Kafka record, however many they are', () => {
    // Kafka takes two bytes for an empty header, two lengths as here.
    const many = Array.from({ length: 500_000 }, () => header('', ''));
    const encoded = encodeHeaderBlock(many);
    expect(encoded.length).toBe(3 + 2 * many.length);
    const decoded = decodeHeaderBlock(encoded);
    expect('unreadable' in decoded ? decoded : decoded.length).toBe(many.length);
  }, 30_000);

  it('is read out of the middle of other bytes', () => {
    const around = Buffer.concat([Buffer.of(9, 9), encodeHeaderBlock([header('a', 'b')])]);
    expect(shown(decodeHeaderBlock(around.subarray(2)))).toEqual([['a', '62']]);
  });
});

describe('what is no block', () => {
  it.each([
    ['nothing', '', 'ends 1 bytes early'],
    ['a count without headers', '01', 'says 1 headers and has room for 0'],
    ['a huge count', 'ff ff ff ff 7f 01 61 00', 'says 34359738367 headers and has room for 1'],
    ['a number without end', 'ff ff ff ff ff ff ff', 'a number of more than 5 bytes'],
    ['a name that is longer than the block', '01 7f 61 00', 'ends 125 bytes early'],
    ['a value that is longer than the block', '01 01 61 05 31', 'ends 3 bytes early'],
    ['a value of a huge length', '01 01 61 ff ff ff ff 7f 00', 'ends 34359738365 bytes early'],
    ['the last length cut off', '02 01 61 00 01 61', 'ends 1 bytes early'],
    ['bytes behind it', '01 01 61 00 00', '1 bytes behind its last header'],
    ['a name that is no UTF-8', '01 01 ff 00', 'a name is no UTF-8'],
  ])('%s is unreadable, and says why', (_name, bytes, fault) => {
    expect(decodeHeaderBlock(block(bytes))).toEqual({ unreadable: `header block: ${fault}` });
  });

  it('every part of a block is unreadable', () => {
    const whole = encodeHeaderBlock([header('a', '1'), header('bc', null), header('', 'xyz')]);
    for (let end = 0; end < whole.length; end++) {
      expect(decodeHeaderBlock(whole.subarray(0, end))).toHaveProperty('unreadable');
    }
  });

  it('is never a crash, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const headers = decodeHeaderBlock(bytes);
        if ('unreadable' in headers) return;
        expect(headers.length).toBeLessThanOrEqual(bytes.length / 2);
      }),
    );
  });
});
