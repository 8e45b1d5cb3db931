/**
 * Whatever a terminal does not show as a character of its own: control characters (C0, C1), what reorders text (bidi), what
 * has no width (zero-width spaces and joiners, tags, variation selectors, soft hyphens, fillers), line and paragraph
 * separators, halves of surrogate pairs.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Text that a terminal shows as it is: whatever would move the cursor, colour the rest, or hide, is written out. Pure,
 * total.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\n') return String.raw`\n`;
    if (character === '\r') return String.raw`\r`;
    if (character === '\t') return String.raw`\t`;
    const hex = code.toString(16);
    if (code > 0xffff) return `\\u{${hex}}`;
    return code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
  });
}

/** The same, and no longer than `charsMax`; what is cut off is said to be. Pure, total. */
export function printableUpTo(text: string, charsMax: number): string {
  if (text.length <= charsMax) return printable(text);
  return `${printable(text.slice(0, charsMax))}… (${text.length - charsMax} characters more)`;
}

/**
 * The same in JSON text: every such character as an escape of JSON's, so that a parser reads what was there. Pure, total.
 * @param json as JSON.stringify writes it
 */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
