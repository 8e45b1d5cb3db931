import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitLines } from '../../../localstack/line-splitter.ts';

async function linesOf(chunks: readonly Buffer[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  splitLines(stream, (line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await finished(stream);
  return lines;
}

it('gives the last line too, and takes a carriage return for part of the break', async () => {
  expect(await linesOf([Buffer.from('a\r\n\nb')])).toEqual(['a', '', 'b']);
});

it('gives the same lines however the bytes are cut, in the middle of a character too', async () => {
  const text = 'Ünë\nzwei 😀\n\ndrei';
  const bytes = Buffer.from(text);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length)), async (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
      expect(await linesOf(chunks)).toEqual(text.split('\n'));
    }),
  );
});

it('hands a line without end on in pieces', async () => {
  const chunk = Buffer.alloc(3 * 1024 * 1024, 'a');
  const lines = await linesOf([chunk, chunk, chunk]);

  expect(lines.map((line) => line.length)).toEqual([2 * chunk.length, chunk.length]);
});
