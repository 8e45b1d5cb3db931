import { expect, it } from 'vitest';
import { plainLines, terminalText, type Line } from '../../../demo/line.ts';
import { createReport } from '../../../demo/report.ts';

function told() {
  const lines: Line[] = [];
  const report = createReport(
    (line) => lines.push(line),
    () => 12_345,
  );
  const texts = () => lines.map((line) => line.map(({ text }) => text).join(''));
  return { report, lines, texts };
}

it('a scene, what happened, text as it is', () => {
  const { report, texts, lines } = told();
  report.scene('1. A scene');
  report.tell('it happened');
  report.show('{\n}');
  expect(texts()).toEqual(['', '1. A scene', ' 12.3 s  it happened', '         {', '         }']);
  expect(lines[1]?.[0]?.style).toBe('bold');
});

it('a claim that holds, and one that does not', () => {
  const { report, texts } = told();
  report.check('it holds', true, 'not shown');
  report.check('it is so', false, 'it is 1');
  report.check('it is too', false);
  expect(texts()).toEqual([
    ' 12.3 s  ✓ it holds',
    ' 12.3 s  ✗ NOT SO: it is so — it is 1',
    ' 12.3 s  ✗ NOT SO: it is too',
  ]);
  expect(report.checks).toBe(3);
  expect(report.failures).toEqual(['it is so (it is 1)', 'it is too']);
});

it('without colours the terminal shows the text alone', () => {
  const isTerminal = process.stdout.isTTY;
  process.stdout.isTTY = false;
  try {
    expect(terminalText([{ text: 'a', style: 'red' }, { text: ' b' }])).toBe('a b');
  } finally {
    process.stdout.isTTY = isTerminal;
  }
});

it('text is lines without style', () => {
  expect(plainLines('\na\n b')).toEqual([[], [{ text: 'a' }], [{ text: ' b' }]]);
});
