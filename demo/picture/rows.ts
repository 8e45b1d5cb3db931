import { printable } from '../../localstack/printable.ts';
import type { Line, Span } from '../line.ts';

export const COLUMNS = 100;
/** Rows that follow the first one begin here. */
export const INDENT_COLUMNS = 9;
/** What is longer is cut. */
export const ROWS_MAX = 4;

/** A row is broken at a space where its last columns have one. */
const BREAK_COLUMNS = 30;

/**
 * Breaks a line into the rows of a screen of `COLUMNS` columns: at least one, at most `ROWS_MAX`; a line that is longer ends
 * with "…". All rows together are the text of the line, control characters written out. A character counts as one column.
 * Pure, total.
 */
export function rowsOf(line: Line): Line[] {
  const cells = line.flatMap(({ text, style }) =>
    Array.from(printable(text.toWellFormed()), (character) => ({ character, style })),
  );
  const rows: Line[] = [];
  let rest = cells;
  do {
    const columns = rows.length === 0 ? COLUMNS : COLUMNS - INDENT_COLUMNS;
    const isCut = rows.length === ROWS_MAX - 1 && rest.length > columns;
    const length = isCut ? columns - 1 : lengthOf(rest, columns);
    const row = spansOf(rest.slice(0, length));
    rows.push(isCut ? [...row, { text: '…', style: 'dim' }] : row);
    rest = isCut ? [] : rest.slice(length);
  } while (rest.length > 0);
  return rows;
}

interface Cell {
  readonly character: string;
  readonly style: Span['style'];
}

function lengthOf(cells: readonly Cell[], columns: number): number {
  if (cells.length <= columns) return cells.length;
  const space = cells.slice(0, columns).findLastIndex(({ character }) => character === ' ');
  return space > columns - BREAK_COLUMNS ? space + 1 : columns;
}

/** Neighbours of the same style together. */
function spansOf(cells: readonly Cell[]): Line {
  const spans: { text: string; style?: NonNullable<Span['style']> }[] = [];
  for (const { character, style } of cells) {
    const last = spans.at(-1);
    if (last !== undefined && last.style === style) last.text += character;
    else spans.push(style === undefined ? { text: character } : { text: character, style });
  }
  return spans;
}
