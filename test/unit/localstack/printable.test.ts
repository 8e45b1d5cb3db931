import fc from 'fast-check';
import { expect, it } from 'vitest';
import { printable, printableJson, printableUpTo } from '../../../localstack/printable.ts';

/** Written apart from the code: by what Unicode says of a character. */
const HIDDEN = /\p{Cc}|\p{Cf}|\p{Bidi_Control}|\p{Default_Ignorable_Code_Point}|[\u2028\u2029]/u;

/** Any text, with many of the characters that this is about. */
const text = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom(
      ...'\u001b\u009b\u0007\u200b\u202e\u2066\u00ad\u{e0041}\u3164\ufe0f\u2028\ud83d'.split(''),
    ),
  ),
});

it.each([
  { text: 'plain ü € 😀', shows: 'plain ü € 😀' },
  { text: 'a\nb\r\tc', shows: String.raw`a\nb\r\tc` },
  { text: '\u001b[31mred\u0007\u0000', shows: String.raw`\x1b[31mred\x07\x00` },
  { text: '\u009b31m', shows: String.raw`\x9b31m` },
  { text: 'right\u202eleft\u2066', shows: String.raw`right\u202eleft\u2066` },
  { text: 'ORDER\u200b-1\u00ad', shows: String.raw`ORDER\u200b-1\xad` },
  { text: 'tag\u{e0041}', shows: String.raw`tag\u{e0041}` },
  { text: 'half \ud83d', shows: String.raw`half \ud83d` },
])('$shows', ({ text: given, shows }) => {
  expect(printable(given)).toBe(shows);
});

it('lets nothing through that controls or hides, whatever the text', () => {
  fc.assert(
    fc.property(text, (given) => {
      expect(printable(given)).not.toMatch(HIDDEN);
    }),
  );
});

it('in JSON a parser reads what was there, and nothing is hidden', () => {
  fc.assert(
    fc.property(fc.dictionary(text, text), (value) => {
      const written = printableJson(JSON.stringify(value));
      expect(JSON.parse(written)).toEqual(value);
      expect(written).not.toMatch(HIDDEN);
    }),
  );
});

it('says how much it cut off', () => {
  expect(printableUpTo('abcdef', 4)).toBe('abcd… (2 characters more)');
  expect(printableUpTo('abcd', 4)).toBe('abcd');
});
