/**
 * The text's first `charsMax` UTF-16 units at most, ending with "…" where something was cut off; no surrogate is left
 * without its other half, so that the text is the same after UTF-8. Pure, total.
 * @param charsMax ≥ 1
 */
export function clipText(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text.toWellFormed();
  const end = isHighSurrogate(text.charCodeAt(charsMax - 2)) ? charsMax - 2 : charsMax - 1;
  return `${text.slice(0, Math.max(0, end)).toWellFormed()}…`;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
