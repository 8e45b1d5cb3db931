/** Control characters (C0, C1) but for what callers split on, and what reorders text on a terminal (Unicode bidi). */
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- they are what this is about
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Text that a terminal shows as it is: whatever would move the cursor or colour the rest is written out. Pure, total. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0);
    if (character === '\n') return String.raw`\n`;
    if (character === '\r') return String.raw`\r`;
    if (character === '\t') return String.raw`\t`;
    const hex = code.toString(16);
    return code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
  });
}

/** The same, and no longer than `charsMax`; what is cut off is said to be. Pure, total. */
export function printableUpTo(text: string, charsMax: number): string {
  if (text.length <= charsMax) return printable(text);
  return `${printable(text.slice(0, charsMax))}… (${text.length - charsMax} characters more)`;
}
