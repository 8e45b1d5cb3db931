import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  statSync,
} from 'node:fs';
import { lastWords } from './last-words.ts';

const TAIL_BYTES = 65_536;
const START = '=== start ';

/**
 * What a log says since its last start about why it ended, indented; a word where it is empty or missing. Nothing is thrown.
 */
export function lastWordsOf(file: string): string {
  const lines = lastWords(sinceStart(file)).map((line) => `    ${line}`);
  return lines.join('\n') || '    (nothing)';
}

/** Whether a log holds such a line since its last start. Nothing is thrown. */
export function hasLogged(file: string, pattern: RegExp): boolean {
  return pattern.test(sinceStart(file));
}

/**
 * Marks a start in a log that is written on. One that grew over `bytesMax` is put aside first (one older one is kept), so
 * that logs do not grow without end.
 */
export function beginLog(file: string, bytesMax: number): void {
  if (existsSync(file) && statSync(file).size > bytesMax) renameSync(file, `${file}.1`);
  appendFileSync(file, `${START}${new Date().toISOString()}\n`);
}

/** The end of what was logged since. */
function sinceStart(file: string): string {
  const text = lastBytes(file);
  const at = text.lastIndexOf(START);
  return at === -1 ? text : text.slice(text.indexOf('\n', at) + 1);
}

/** Whole lines. */
function lastBytes(file: string): string {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const { size } = fstatSync(descriptor);
      const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
      readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
      const text = buffer.toString('utf8');
      // What is left of a line that was cut is no line.
      return size > buffer.length ? text.slice(text.indexOf('\n') + 1) : text;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return '';
  }
}
