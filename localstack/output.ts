import type { WriteStream } from 'node:tty';
import { eventLine, isLogLine } from './event-line.ts';
import { isFrameworkNoise } from './framework-noise.ts';
import { printable } from './printable.ts';

/** Where a supervised stack's lines go. Nothing is thrown. */
export interface Output {
  /** What we ourselves have to tell. */
  tell(text: string): void;
  /** A line of stdout: a function's log line, or what the framework draws there. */
  functionLine(line: string): void;
  /** A line of stderr. */
  frameworkLine(line: string): void;
}

/**
 * At a terminal: a readable line per event. Piped: stdout holds the functions' JSON log lines, as they are, and nothing
 * else; the rest goes to stderr. What the framework always says is shown in neither.
 */
export function createOutput(
  stdout: NodeJS.WriteStream | WriteStream,
  stderr: NodeJS.WriteStream | WriteStream,
): Output {
  const colour = stdout.isTTY && stdout.hasColors();
  const rest = stdout.isTTY ? stdout : stderr;
  const show = (line: string) => {
    if (!isFrameworkNoise(line)) rest.write(`${rest.isTTY ? printable(line) : line}\n`);
  };
  if (!stdout.isTTY) {
    return {
      tell: (text) => stderr.write(`${text}\n`),
      functionLine: (line) => (isLogLine(line) ? stdout.write(`${line}\n`) : show(line)),
      frameworkLine: show,
    };
  }
  return {
    tell: (text) => stdout.write(`${text}\n`),
    functionLine: (line) => {
      if (!isLogLine(line)) return show(line);
      const text = eventLine(line, colour);
      if (text !== undefined) stdout.write(`${text}\n`);
    },
    frameworkLine: show,
  };
}
