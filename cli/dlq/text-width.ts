/** Grapheme clusters that take two columns: East Asian wide and full-width characters, emoji (Unicode, UAX 11). */
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{17000}-\u{18aff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})/u;

/** Code points that one place on the screen may be made of; what is over it is dropped when text is cut. */
const CLUSTER_CHARS_MAX = 8;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that text takes on a terminal. Pure, total. @param text without control characters (localstack/printable.ts) */
export function textWidth(text: string): number {
  // Most text is ASCII, where a character is a column.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += clusterWidth(segment);
  return width;
}

/** Text in no more than `width` (≥ 0) columns; where something is cut off, it ends in "…". Pure, total. */
export function clipToWidth(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width < 1) return '';
  let clipped = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    used += clusterWidth(segment);
    if (used > width - 1) break;
    clipped += segment.slice(0, CLUSTER_CHARS_MAX);
  }
  return `${clipped}…`;
}

/** Text filled up with spaces to `width` columns. Pure, total. */
export function padToWidth(text: string, width: number): string {
  return `${text}${' '.repeat(Math.max(0, width - textWidth(text)))}`;
}

function clusterWidth(segment: string): number {
  if (/^\p{Mark}/u.test(segment)) return 0;
  return WIDE.test(segment) ? 2 : 1;
}
