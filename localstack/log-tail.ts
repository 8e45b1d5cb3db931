import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  statSync,
} from 'node:fs';

const TAIL_BYTES = 16_384;

/** The last lines of a log file, indented; a word where it is empty or missing. Nothing is thrown. */
export function tailOf(file: string, lineCount: number): string {
  const lines = lastBytes(file)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  return (
    lines
      .slice(-lineCount)
      .map((line) => `    ${line}`)
      .join('\n') || '    (nothing)'
  );
}

/** Puts a log that grew over `bytesMax` aside (one older one is kept), so that logs do not grow without end. */
export function rotateLog(file: string, bytesMax: number): void {
  if (existsSync(file) && statSync(file).size > bytesMax) renameSync(file, `${file}.1`);
}

function lastBytes(file: string): string {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const { size } = fstatSync(descriptor);
      const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
      readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
      return buffer.toString('utf8');
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return '';
  }
}
