import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line, Style } from '../../../../demo/line.ts';
import { COLUMNS, INDENT_COLUMNS, rowsOf, ROWS_MAX } from '../../../../demo/picture/rows.ts';
import { anyText } from '../../../support/arbitraries.ts';
import { printable } from '../../../../localstack/printable.ts';

const textOf = (line: Line) => line.map(({ text }) => text).join('');
const lengths = (rows: readonly Line[]) => rows.map((row) => Array.from(textOf(row)).length);

const COLUMNS_MAX = COLUMNS + (ROWS_MAX - 1) * (COLUMNS - INDENT_COLUMNS);

describe('a line becomes rows', () => {
  it('one that fits is left as it is', () => {
    const line: Line = [{ text: ' 1.0 s ', style: 'dim' }, { text: ' x'.repeat(46) }];
    expect(rowsOf(line)).toEqual([line]);
  });

  it('an empty one is one empty row', () => {
    expect(rowsOf([])).toEqual([[]]);
  });

  it('breaks at a space near the end, and keeps it', () => {
    const rows = rowsOf([{ text: `${'a'.repeat(80)} ${'b'.repeat(40)}` }]);
    expect(rows.map(textOf)).toEqual([`${'a'.repeat(80)} `, 'b'.repeat(40)]);
  });

  it('breaks anywhere where no space is near', () => {
    expect(lengths(rowsOf([{ text: `a ${'b'.repeat(150)}` }]))).toEqual([100, 52]);
  });

  it('keeps styles over a break', () => {
    const rows = rowsOf([{ text: 'a'.repeat(99) }, { text: 'bb', style: 'red' }]);
    expect(rows).toEqual([
      [{ text: 'a'.repeat(99) }, { text: 'b', style: 'red' }],
      [{ text: 'b', style: 'red' }],
    ]);
  });

  it('takes what just fits, and cuts what does not', () => {
    const fits = rowsOf([{ text: 'a'.repeat(COLUMNS_MAX) }]);
    expect(fits.map(textOf).join('')).toBe('a'.repeat(COLUMNS_MAX));
    const cut = rowsOf([{ text: 'a'.repeat(COLUMNS_MAX + 1) }]);
    expect(cut.map(textOf).join('')).toBe(`${'a'.repeat(COLUMNS_MAX - 1)}…`);
    expect(cut.length).toBe(ROWS_MAX);
  });

  it('writes control characters out, and halves of characters', () => {
    expect(rowsOf([{ text: '\u001b[1m\ud800' }]).map(textOf)).toEqual([
      String.raw`\x1b[1m${'\ufffd'}`,
    ]);
  });
});

it('whatever the line: never too many rows or columns, and the text is all there or cut', () => {
  const style = fc.constantFrom<Style>('bold', 'cyan', 'dim', 'green', 'red');
  const text = anyText(300);
  const spans = fc.array(fc.record({ text, style }), { maxLength: 4 });
  fc.assert(
    fc.property(spans, (line) => {
      const rows = rowsOf(line);
      const [first = 0, ...rest] = lengths(rows);
      expect(rows.length).toBeLessThanOrEqual(ROWS_MAX);
      expect(first).toBeLessThanOrEqual(COLUMNS);
      expect(Math.max(0, ...rest)).toBeLessThanOrEqual(COLUMNS - INDENT_COLUMNS);
      const whole = line.map((span) => printable(span.text.toWellFormed())).join('');
      const drawn = rows.map(textOf).join('');
      if (drawn !== whole) {
        expect(drawn.endsWith('…') && whole.startsWith(drawn.slice(0, -1))).toBe(true);
      }
    }),
  );
});
