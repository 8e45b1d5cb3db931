import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { printable } from '../../localstack/printable.ts';
import { clipToWidth } from './text-width.ts';

/** Where a command speaks and asks. Whatever it is given, no control character reaches a terminal. */
export interface Terminal {
  /** Columns of stdout where it is a terminal; undefined: a pipe or a file. */
  readonly columns: number | undefined;
  /** Whether somebody is there to be asked. */
  readonly canAsk: boolean;
  /** Whether a line on stderr can be drawn again and again. */
  readonly isLive: boolean;
  /** What was asked for, on stdout, line ends included. Resolves once there is room for more. */
  write(text: string): Promise<void>;
  /** What a person has to know beside it: a line on stderr. */
  tell(line: string): void;
  /** Draws the one line that says how it goes (only where `isLive`); '' takes it away. */
  draw(line: string): void;
  /** What a person typed, without its end; undefined where there is no more (Ctrl-D). @throws what the signal says */
  ask(question: string, signal: AbortSignal): Promise<string | undefined>;
}

type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** Clears a line, and goes to its beginning. */
const CLEAR = '\r\u001b[K';
/** Where a terminal does not say how wide it is, or says 0. */
const COLUMNS_DEFAULT = 80;

export function createTerminal(stdin: Input, stdout: Output, stderr: Output): Terminal {
  const isLive = stderr.isTTY === true;
  let drawn = false;
  const clear = () => {
    if (drawn) stderr.write(CLEAR);
    drawn = false;
  };
  return {
    columns: stdout.isTTY === true ? stdout.columns || COLUMNS_DEFAULT : undefined,
    canAsk: stdin.isTTY === true && isLive,
    isLive,
    write: async (text) => {
      clear();
      if (!stdout.write(safe(text, '\r'))) await once(stdout, 'drain');
    },
    tell: (line) => {
      clear();
      stderr.write(`${safe(line)}\n`);
    },
    draw: (line) => {
      clear();
      if (!isLive || line === '') return;
      stderr.write(clipToWidth(printable(line), (stderr.columns || COLUMNS_DEFAULT) - 1));
      drawn = true;
    },
    ask: async (question, signal) => {
      clear();
      // The terminal itself edits the line, so that Ctrl-C stays a signal.
      const lines = createInterface({ input: stdin, output: stderr, terminal: false });
      try {
        const ended = new Promise<undefined>((resolve) =>
          lines.once('close', () => resolve(undefined)),
        );
        return await Promise.race([lines.question(safe(question), { signal }), ended]);
      } finally {
        lines.close();
      }
    },
  };
}

/** The last net: line ends stay (of CSV `\r\n`), everything else that controls or hides is written out. */
function safe(text: string, lineEnd = ''): string {
  return text
    .split('\n')
    .map((line) =>
      lineEnd !== '' && line.endsWith(lineEnd)
        ? `${printable(line.slice(0, -lineEnd.length))}${lineEnd}`
        : printable(line),
    )
    .join('\n');
}
