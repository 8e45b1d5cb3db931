import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clipText } from '../../../lib/decide/clip-text.ts';

it.each([
  ['', 5, ''],
  ['12345', 5, '12345'],
  ['123456', 5, '1234…'],
  ['12', 1, '…'],
  ['123😀', 5, '123😀'],
  ['123😀6', 5, '123…'],
  ['12😀56', 5, '12😀…'],
  ['a\ud800b', 5, 'a\ufffdb'],
])('%j, at most %i units, is %j', (text, charsMax, gives) => {
  expect(clipText(text, charsMax)).toBe(gives);
});

it('keeps to its bound and is the same after UTF-8, whatever the text', () => {
  const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 });
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    units.map((codes) => String.fromCharCode(...codes)),
  );
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 12 }), (any, charsMax) => {
      const clipped = clipText(any, charsMax);
      expect(clipped.length).toBeLessThanOrEqual(charsMax);
      expect(Buffer.from(clipped, 'utf8').toString('utf8')).toBe(clipped);
    }),
  );
});
