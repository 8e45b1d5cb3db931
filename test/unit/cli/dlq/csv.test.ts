import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvHeader, csvRow } from '../../../../cli/dlq/csv.ts';
import type { Column } from '../../../../cli/dlq/table.ts';
import { hiddenIn } from '../../../support/order-dlq.ts';

type Row = readonly [string, string];
const columns: readonly Column<Row>[] = [
  { header: 'ID', of: ([first]) => first },
  { header: 'LAST SEEN', of: ([, second]) => second },
];

it('is RFC 4180: quoted fields, doubled quotes, CRLF', () => {
  expect(csvHeader(columns)).toBe('"id","last_seen"\r\n');
  expect(csvRow(columns, ['a,b', 'say "x"'])).toBe('"a,b","say ""x"""\r\n');
});

it.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '\r=1', '\n', '|cmd', '＝1'])(
  'a spreadsheet takes %j for text',
  (text) => {
    expect(csvRow(columns, [text, ''])).toMatch(/^"'/);
  },
);

it('what is read is what a table shows, at most with an apostrophe in front', () => {
  const text = fc.string({ unit: 'binary', maxLength: 12 });
  fc.assert(
    fc.property(text, text, (first, second) => {
      const line = csvRow(columns, [first, second]);
      expect(line.endsWith('\r\n')).toBe(true);
      expect(hiddenIn(line.slice(0, -2))).toEqual([]);
      const fields = parse(line.slice(0, -2));
      expect(fields).toHaveLength(2);
      for (const field of fields) expect(field).not.toMatch(/^\s*[=+\-@]/);
    }),
  );
});

/** A reader that knows RFC 4180 and nothing of the writer. */
function parse(line: string): string[] {
  return [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, field = '']) =>
    field.replaceAll('""', '"'),
  );
}
