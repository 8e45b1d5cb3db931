import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Column, tableLines } from '../../../../cli/dlq/table.ts';
import { clipToWidth, padToWidth, textWidth } from '../../../../cli/dlq/text-width.ts';
import { hiddenIn } from '../../../support/order-dlq.ts';

type Row = readonly [string, string, string];
const columns: readonly Column<Row>[] = [
  { header: 'ID', of: ([id]) => id },
  { header: 'COUNT', of: ([, count]) => count, right: true, drop: 1 },
  { header: 'ERROR', of: ([, , error]) => error, min: 6, comfort: 12 },
];
const ROWS: readonly Row[] = [
  ['abc', '5', 'short'],
  ['de', '1234567', 'this one is longer than that'],
];

describe('tableLines', () => {
  it.each([
    {
      width: undefined,
      shows: [
        'ID     COUNT  ERROR',
        'abc        5  short',
        'de   1234567  this one is longer than that',
      ],
    },
    {
      width: 30,
      shows: ['ID     COUNT  ERROR', 'abc        5  short', 'de   1234567  this one is lon…'],
    },
    { width: 25, shows: ['ID   ERROR', 'abc  short', 'de   this one is longer …'] },
    { width: 9, shows: ['ID   ERR…', 'abc  sho…', 'de   thi…'] },
  ])('in $width columns', ({ width, shows }) => {
    expect(tableLines(columns, ROWS, width)).toEqual(shows);
  });

  it('has a line for each row: what would break it, colour it or hide is written out', () => {
    const rows: readonly Row[] = [['a\nb', '\u001b[2J', 'x\u202ey\u200b']];
    expect(tableLines(columns, rows, undefined)[1]).toBe(String.raw`a\nb  \x1b[2J  x\u202ey\u200b`);
  });

  it('is never wider than the terminal, and shows nothing that controls or hides', () => {
    const cell = fc.string({ unit: 'binary', maxLength: 24 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell), { maxLength: 4 }),
        fc.integer({ min: 1, max: 90 }),
        (rows, width) => {
          const lines = tableLines(columns, rows, width);
          expect(lines).toHaveLength(rows.length + 1);
          expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(width);
          expect(hiddenIn(lines.join(''))).toEqual([]);
        },
      ),
    );
  });

  it('into a pipe nothing is cut', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.stringMatching(/^[a-z]{1,9}$/),
            fc.nat().map(String),
            fc.stringMatching(/^[a-z]{1,300}$/),
          ),
        ),
        (rows) => {
          const lines = tableLines(columns, rows, undefined).slice(1);
          expect(lines.map((line) => line.trim().split(/ +/))).toEqual(rows.map((row) => [...row]));
        },
      ),
    );
  });
});

describe('widths', () => {
  it.each([
    { text: 'abc', width: 3 },
    { text: 'ü', width: 1 },
    { text: 'u\u0308', width: 1 },
    { text: '注文', width: 4 },
    { text: '주문', width: 4 },
    { text: '😀', width: 2 },
    { text: '│█', width: 2 },
  ])('"$text" takes $width', ({ text, width }) => {
    expect(textWidth(text)).toBe(width);
    expect(textWidth(padToWidth(text, 6))).toBe(6);
  });

  it('cuts between characters', () => {
    expect(clipToWidth('注文番号', 5)).toBe('注文…');
    expect(clipToWidth('注文番号', 4)).toBe('注…');
    expect(clipToWidth('abc', 0)).toBe('');
    expect(clipToWidth('abc', 1)).toBe('…');
    expect(clipToWidth('abc', 3)).toBe('abc');
  });
});
