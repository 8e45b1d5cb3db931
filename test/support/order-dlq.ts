import { PassThrough } from 'node:stream';
import { runOrderDlq } from '../../cli/dlq/run.ts';
import { createTerminal } from '../../cli/dlq/terminal.ts';
import { systemClock } from '../../lib/effect/system-clock.ts';
import type { Clock } from '../../lib/ports/clock.ts';

export interface OrderDlqRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Setting {
  /** Address of the API. */
  readonly url?: string;
  /** A terminal of so many columns; absent: pipes, and nobody to ask. */
  readonly columns?: number;
  /** What a person types at each question; undefined: Ctrl-D. */
  readonly answers?: readonly (string | undefined)[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Time passes as it does: where the other side needs it. */
  readonly isUnhurried?: boolean;
  /** Called with all of stderr whenever something was told. */
  readonly onTold?: (stderr: string, interrupt: () => void) => void;
}

/** Runs `order-dlq` in this process, on streams of the test's; it waits for nothing. */
export async function orderDlq(
  args: readonly string[],
  setting: Setting = {},
): Promise<OrderDlqRun> {
  const { url, columns, answers = [], env = {}, onTold } = setting;
  const controller = new AbortController();
  const open = <T extends PassThrough>(stream: T) =>
    Object.assign(stream, columns === undefined ? {} : { isTTY: true, columns });
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()].map(
    open,
  );
  const said = { stdout: '', stderr: '' };
  const left = [...answers];
  stdout?.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  stderr?.on('data', (chunk: Buffer) => {
    said.stderr += chunk.toString();
    onTold?.(said.stderr, () => controller.abort(new Error('interrupted')));
    if (controller.signal.aborted) return;
    if (/(?:\[y\/N\]|with each dead letter\)) $/.test(said.stderr) && chunk.length > 1) {
      const answer = left.shift();
      if (answer === undefined) stdin?.end();
      else stdin?.write(`${answer}\n`);
    }
  });
  const terminal = createTerminal(stdin as never, stdout as never, stderr as never);
  const code = await runOrderDlq(args, {
    terminal,
    env: { ...env, ...(url === undefined ? {} : { ORDER_DLQ_ENDPOINT: url }) },
    directory: '/',
    clock: setting.isUnhurried === true ? systemClock : hurriedClock(),
    signal: controller.signal,
  });
  await new Promise((resolve) => setImmediate(resolve));
  return { code, ...said };
}

/** Time passes as it is slept, and at once. */
function hurriedClock(): Clock {
  let nowMs = Date.UTC(2026, 0, 31, 12);
  return {
    ...systemClock,
    nowMs: () => nowMs,
    sleep: async (delayMs) => {
      nowMs += delayMs;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** What a terminal does not show as a character of its own, but for line ends and what draws the line of progress anew. */
export function hiddenIn(text: string): string[] {
  const rest = text.replaceAll('\r\u001b[K', '').replaceAll('\n', '');
  return rest.match(/\p{Cc}|\p{Cf}|\p{Default_Ignorable_Code_Point}|\p{Zl}|\p{Zp}/gu) ?? [];
}
