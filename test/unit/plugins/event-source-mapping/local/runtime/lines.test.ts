import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLineSplitter } from '../../../../../../plugins/event-source-mapping/local/runtime/lines.ts';

it('gives the lines of a text, however it is cut into pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', '\n', 'ë') })), (pieces) => {
      const lines: string[] = [];
      const splitter = createLineSplitter((line) => lines.push(line));
      for (const piece of pieces) splitter.push(piece);
      splitter.end();
      const expected = pieces.join('').split('\n');
      if (expected.at(-1) === '') expected.pop();
      expect(lines).toEqual(expected);
    }),
  );
});

it('passes on a line without end in parts', () => {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line));
  splitter.push('a'.repeat(2_500_000));
  expect(lines.map(({ length }) => length)).toEqual([1024 * 1024, 1024 * 1024]);
  splitter.end();
  expect(lines.join('')).toHaveLength(2_500_000);
});
