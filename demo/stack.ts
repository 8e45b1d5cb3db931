import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readEndpoints } from '../localstack/endpoints.ts';
import { isFrameworkNoise } from '../localstack/framework-noise.ts';
import { localstackDir, PROJECT_DIR } from '../localstack/paths.ts';
import { until } from './api.ts';
import { parseLogLine, type LogLine } from './log-lines.ts';

/** A local stack of the demo's own: on free ports, with data that goes when it ends. */
export interface DemoStack {
  readonly apiUrl: string;
  /** Variables with which the command line tools find this stack. */
  readonly env: NodeJS.ProcessEnv;
  readonly onLog: (seen: (line: LogLine) => void) => () => void;
  /** Stops all of it and removes the data. Never rejects. */
  stop(): Promise<void>;
}

const START_MAX_MS = 180_000;
const STDERR_CHARS_MAX = 20_000;

/**
 * Starts `npm start`, as a person would, and waits until its API answers.
 *
 * @param progress takes each line that the stack says while it starts
 * @throws Error with what the stack said, when it does not come up; nothing is left running then
 */
export async function startDemoStack(progress: (line: string) => void): Promise<DemoStack> {
  const parent = localstackDir(process.env);
  const dir = mkdtempSync(existsSync(parent) ? join(parent, 'demo-') : `${parent}-demo-`);
  const env = { ...process.env, LOCALSTACK_DIR: dir, ...FREE_PORTS };
  const child = spawn(process.execPath, ['localstack/start.ts'], {
    cwd: PROJECT_DIR,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const listeners = new Set<(line: LogLine) => void>();
  createInterface(child.stdout).on('line', (text) => {
    const line = parseLogLine(text);
    if (line !== undefined) listeners.forEach((seen) => seen(line));
  });
  let said = '';
  let starting = true;
  createInterface(child.stderr).on('line', (line) => {
    said = `${said}${line}\n`.slice(-STDERR_CHARS_MAX);
    // From there on it speaks to a person who starts it by hand.
    starting &&= !line.startsWith('The stack is up');
    if (starting && !isFrameworkNoise(line)) progress(line);
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
    await exited;
    rmSync(dir, { recursive: true, force: true });
  };
  const up = until(
    async () => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(said);
      return readEndpoints(env);
    },
    START_MAX_MS,
    100,
  );
  try {
    const endpoints = await up;
    if (endpoints === undefined) throw new Error(`The local stack did not come up:\n${said}`);
    return {
      apiUrl: endpoints.api,
      env,
      stop,
      onLog: (seen) => {
        listeners.add(seen);
        return () => void listeners.delete(seen);
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const FREE_PORTS = {
  API_PORT: '0',
  LAMBDA_PORT: '0',
  KAFKA_PORT: '0',
  DYNAMODB_PORT: '0',
  ORDER_FAILURE_SIMULATION: 'on',
};
