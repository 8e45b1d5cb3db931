import { printable } from '../../localstack/printable.ts';
import type { Column } from './table.ts';

/**
 * What a spreadsheet would take for a formula. Text of messages comes from outside: such a field gets an apostrophe in
 * front, as OWASP advises ("CSV Injection").
 */
const FORMULA = /^\s*[=+\-@|\uff1d\uff0b\uff0d\uff20]/;

/** The names of the columns, as one line with its end (CRLF, RFC 4180). Pure. */
export function csvHeader<T>(columns: readonly Column<T>[]): string {
  return csvLine(columns.map(({ header }) => header.toLowerCase().replaceAll(' ', '_')));
}

/** A row as one line with its end. Control characters are written out as in a table. Pure, total. */
export function csvRow<T>(columns: readonly Column<T>[], row: T): string {
  return csvLine(columns.map((column) => field(column.of(row))));
}

function field(text: string): string {
  const shown = printable(text);
  return FORMULA.test(text) || FORMULA.test(shown) || /^[\t\r\n]/.test(text) ? `'${shown}` : shown;
}

/** Each field is quoted: no reader has to guess. */
function csvLine(fields: readonly string[]): string {
  return `${fields.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')}\r\n`;
}
