import { printable } from '../../localstack/printable.ts';
import { clipToWidth, padToWidth, textWidth } from './text-width.ts';

/** A column of a table for people, and of the same list as CSV. */
export interface Column<T> {
  readonly header: string;
  /** As it is; what must not reach a terminal raw is written out where it is shown. */
  readonly of: (row: T) => string;
  /** Width that it can be narrowed down to once no column is left to leave out; absent: its text is never cut. */
  readonly min?: number;
  /** Width below which others are rather left out; absent: `min`. */
  readonly comfort?: number;
  /** Where the terminal is too narrow it is left out, the highest first; absent: it stays. */
  readonly drop?: number;
  /** Numbers stand right. */
  readonly right?: boolean;
}

const GAP = 2;

/**
 * The lines of a table, the header first. No line is wider than the terminal; no control character is in it. Pure, total.
 * @param width columns of the terminal; undefined (a pipe): as wide as it takes, and nothing is cut or left out
 */
export function tableLines<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  width: number | undefined,
): string[] {
  const shown = rows.map(
    (row) => new Map(columns.map((column) => [column, printable(column.of(row))])),
  );
  const naturalWidth = (column: Column<T>) =>
    Math.max(textWidth(column.header), ...shown.map((cells) => textWidth(cells.get(column) ?? '')));
  const natural = new Map(columns.map((column) => [column, naturalWidth(column)]));
  const { kept, widths } = fit(columns, natural, width);
  const lineOf = (cellOf: (column: Column<T>) => string): string => {
    const cells = kept.map((column) => {
      const columnWidth = widths.get(column) ?? 0;
      const cell = clipToWidth(cellOf(column), columnWidth);
      return column.right === true
        ? `${' '.repeat(columnWidth - textWidth(cell))}${cell}`
        : padToWidth(cell, columnWidth);
    });
    const line = cells.join(' '.repeat(GAP)).trimEnd();
    return width === undefined ? line : clipToWidth(line, width);
  };
  return [
    lineOf(({ header }) => header),
    ...shown.map((cells) => lineOf((column) => cells.get(column) ?? '')),
  ];
}

/** Narrows what can be narrowed, the widest first; where that is not enough, leaves a column out and tries again. */
function fit<T>(
  columns: readonly Column<T>[],
  natural: ReadonlyMap<Column<T>, number>,
  width: number | undefined,
): { kept: readonly Column<T>[]; widths: ReadonlyMap<Column<T>, number> } {
  const most = width ?? Number.POSITIVE_INFINITY;
  const widths = new Map(
    columns.map((column) => [column, Math.min(natural.get(column) ?? 0, most)]),
  );
  if (width === undefined) return { kept: columns, widths };
  const [first] = columns
    .filter(({ drop }) => drop !== undefined)
    .toSorted((a, b) => (b.drop ?? 0) - (a.drop ?? 0));
  const floorOf = ({ min = Number.POSITIVE_INFINITY, comfort = min }: Column<T>) =>
    first === undefined ? min : comfort;
  const gaps = GAP * (columns.length - 1);
  const over = [...widths.values()].reduce((sum, one) => sum + one, gaps) - width;
  for (let left = over; left > 0; left--) {
    const [widest] = columns
      .filter((column) => (widths.get(column) ?? 0) > floorOf(column))
      .toSorted((a, b) => (widths.get(b) ?? 0) - (widths.get(a) ?? 0));
    if (widest !== undefined) widths.set(widest, (widths.get(widest) ?? 0) - 1);
    else if (first === undefined) break;
    else return fit(without(columns, first), natural, width);
  }
  return { kept: columns, widths };
}

function without<T>(columns: readonly Column<T>[], one: Column<T>): Column<T>[] {
  return columns.filter((column) => column !== one);
}
