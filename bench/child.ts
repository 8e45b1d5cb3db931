import { fork } from 'node:child_process';
import { join } from 'node:path';

const PROCESSES = join(import.meta.dirname, 'processes');

export interface ChildOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly execArgv?: readonly string[];
}

/**
 * Runs a program of `processes/` in a fresh process; its stdout goes to /dev/null, for there go the functions' log lines.
 * @returns the one message that it sends
 * @throws Error where it ends without one
 */
export function runChild<T>(file: string, options: ChildOptions = {}): Promise<T> {
  const { args = [], env = {}, execArgv = [] } = options;
  const child = fork(join(PROCESSES, file), args, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    execArgv: [...execArgv],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    let result: { readonly value: T } | undefined;
    child.once('message', (value) => {
      result = { value: value as T };
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (result !== undefined && code === 0) resolve(result.value);
      else reject(new Error(`bench/processes/${file} ended with exit code ${code}`));
    });
  });
}
