import fc from 'fast-check';
import { expect, it } from 'vitest';
import { printable, printableUpTo } from '../../../localstack/printable.ts';

it.each([
  { text: 'plain ü € 😀', shows: 'plain ü € 😀' },
  { text: 'a\nb\r\tc', shows: String.raw`a\nb\r\tc` },
  { text: '\u001b[31mred\u0007\u0000', shows: String.raw`\x1b[31mred\x07\x00` },
  { text: '\u009b31m', shows: String.raw`\x9b31m` },
  { text: 'right\u202eleft\u2066', shows: String.raw`right\u202eleft\u2066` },
])('$shows', ({ text, shows }) => {
  expect(printable(text)).toBe(shows);
});

it('lets no control character through, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text)).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
    }),
  );
});

it('says how much it cut off', () => {
  expect(printableUpTo('abcdef', 4)).toBe('abcd… (2 characters more)');
  expect(printableUpTo('abcd', 4)).toBe('abcd');
});
