import { printableJson } from '../../localstack/printable.ts';
import { UsageError } from '../command.ts';
import type { Invocation } from './arguments.ts';
import type { Context } from './context.ts';
import { csvHeader, csvRow } from './csv.ts';
import type { Fields } from './fields.ts';
import type { Page } from './pages.ts';
import { wholeNumber } from './selection.ts';
import { type Column, tableLines } from './table.ts';

/** Rows of a table where nothing is said. */
const TABLE_ROWS = 100;

export type Form = 'table' | 'json' | 'csv';

/** @throws UsageError */
export function formOf({ flags }: Pick<Invocation, 'flags'>): Form {
  if (flags.has('json') && flags.has('csv')) throw new UsageError('Say --json or --csv, not both');
  if (flags.has('json')) return 'json';
  return flags.has('csv') ? 'csv' : 'table';
}

/** How many rows: a table is for people, who read no thousands. @throws UsageError */
export function rowsMaxOf({ texts, flags }: Invocation): number {
  const limit = wholeNumber(texts, 'limit', 1, Number.MAX_SAFE_INTEGER);
  return limit ?? (formOf({ flags }) === 'table' ? TABLE_ROWS : Number.POSITIVE_INFINITY);
}

/** A value as one line of JSON, safe to show. Pure. */
export function jsonLine(value: unknown): string {
  return `${printableJson(JSON.stringify(value))}\n`;
}

export interface ListSpec {
  readonly form: Form;
  readonly columns: readonly Column<Fields>[];
  /** What a table says where there is nothing. */
  readonly none: string;
}

/** Prints a list: JSON and CSV as pages come, a table at the end. @throws what `pages` throws */
export async function printList(
  pages: AsyncIterable<Page>,
  { form, columns, none }: ListSpec,
  { terminal }: Pick<Context, 'terminal'>,
): Promise<void> {
  if (form === 'csv') await terminal.write(csvHeader(columns));
  const all: Fields[] = [];
  let isMore = false;
  for await (const page of pages) {
    ({ isMore } = page);
    if (form === 'table') all.push(...page.rows);
    else if (form === 'json') await terminal.write(page.rows.map(jsonLine).join(''));
    else await terminal.write(page.rows.map((row) => csvRow(columns, row)).join(''));
  }
  if (form !== 'table') return;
  if (all.length === 0) return terminal.tell(none);
  await terminal.write(`${tableLines(columns, all, terminal.columns).join('\n')}\n`);
  if (isMore) {
    terminal.tell(
      `There are more than these ${all.length}: --limit N shows more, --json and --csv have all.`,
    );
  }
}
