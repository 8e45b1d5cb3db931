import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipBytes, valueText } from '../../../lib/decide/value-text.ts';

describe('a value as text', () => {
  it.each<[string, Uint8Array | null, string | null, string | null]>([
    ['no value', null, null, null],
    ['an empty value', Buffer.alloc(0), '', 'utf-8'],
    ['an order', Buffer.from('{"a":"ü"}'), '{"a":"ü"}', 'utf-8'],
    ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x7b]), '\ufeff{', 'utf-8'],
    ['a NUL', Buffer.from([0x61, 0]), 'a\0', 'utf-8'],
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0]), '//4A', 'base64'],
    ['a cut character', Buffer.from([0x61, 0xc3]), 'YcM=', 'base64'],
    ['a lone surrogate', Buffer.from([0xed, 0xa0, 0x80]), '7aCA', 'base64'],
  ])('%s', (_name, value, text, encoding) => {
    expect(valueText(value)).toEqual({ text, encoding });
  });

  it('gives the same bytes when it is encoded again', () => {
    const utf8 = fc.string({ unit: 'binary' }).map((text) => Buffer.from(text));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), utf8), (value) => {
        const { text, encoding } = valueText(value);
        const bytes = Buffer.from(text ?? '', encoding === 'base64' ? 'base64' : 'utf8');
        expect(bytes.equals(value)).toBe(true);
      }),
    );
  });
});

describe('the beginning of a text', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc'],
    ['aüb', 2, 'a'],
    ['aüb', 3, 'aü'],
    ['a😀b', 4, 'a'],
    ['a😀b', 5, 'a😀'],
    ['', 3, ''],
  ])('%s in %i bytes is %s', (text, bytesMax, gives) => {
    expect(clipBytes(text, bytesMax)).toBe(gives);
  });

  it('keeps to its bound, is a beginning, and could not take one more character', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 20 }), (any, bytesMax) => {
        const clipped = clipBytes(any, bytesMax);
        expect(any.startsWith(clipped)).toBe(true);
        expect(Buffer.byteLength(clipped)).toBeLessThanOrEqual(bytesMax);
        const point = any.codePointAt(clipped.length);
        const next = point === undefined ? undefined : String.fromCodePoint(point);
        if (next !== undefined) {
          expect(Buffer.byteLength(clipped + next)).toBeGreaterThan(bytesMax);
        }
      }),
    );
  });
});
