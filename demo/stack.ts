import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { readEndpoints } from '../localstack/endpoints.ts';
import { isFrameworkNoise } from '../localstack/framework-noise.ts';
import { localstackDir, PROJECT_DIR } from '../localstack/paths.ts';
import { FREE_PORTS } from '../localstack/settings.ts';
import { serverlessProgram } from '../localstack/supervise.ts';
import { unwritable } from '../localstack/unwritable.ts';
import { promisify } from 'node:util';
import { FIELDS } from '../lib/config-fields.ts';
import { until } from './api.ts';
import { parseLogLine, type LogLine } from './log-lines.ts';

/** A local stack of the demo's own: on free ports, with data that goes when it ends. */
export interface DemoStack {
  /** Its folder. */
  readonly dir: string;
  readonly apiUrl: string;
  /** Variables with which the command line tools find this stack. */
  readonly env: NodeJS.ProcessEnv;
  /** What it has said since it is up, besides what the functions log: nothing while all is well. */
  lastWords(): string;
  readonly onLog: (seen: (line: LogLine) => void) => () => void;
  /** Stops all of it and removes its folder, or all of it but the servers' logs. Never rejects. May be called again. */
  stop(keepLogs?: boolean): Promise<void>;
}

export interface DemoStackOptions {
  /** Takes each line that the stack says while it starts: the cause, too, where it does not come up. */
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
  /** On the zips of `serverless package`, which are made first. */
  readonly packaged: boolean;
}

const START_MAX_MS = 180_000;
const STDERR_CHARS_MAX = 20_000;

/**
 * Starts `npm start`, as a person would, and waits until its API answers.
 *
 * @throws Error when it does not come up, or the start is aborted; nothing is left running then
 */
export async function startDemoStack({
  progress,
  signal,
  packaged,
}: DemoStackOptions): Promise<DemoStack> {
  if (packaged) {
    progress('Packaging the functions …');
    await packageFunctions(signal);
  }
  const dir = makeFolder(localstackDir(process.env));
  const env = { ...environment(), LOCALSTACK_DIR: dir };
  const options = packaged ? ['--packaged'] : [];
  const child = spawn(process.execPath, ['localstack/start.ts', ...options], {
    cwd: PROJECT_DIR,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close');
  const listeners = new Set<(line: LogLine) => void>();
  createInterface(child.stdout).on('line', (text) => {
    const line = parseLogLine(text);
    if (line !== undefined) listeners.forEach((seen) => seen(line));
  });
  let said = '';
  let starting = true;
  createInterface(child.stderr).on('line', (line) => {
    if (isFrameworkNoise(line)) return;
    // What stands between the two is for a person who starts it by hand.
    starting &&= !line.startsWith('The stack is up');
    // The last line that it says before it ends is ours to say.
    if (line.startsWith('The stack did not come up')) return;
    if (starting) progress(line);
    else said = line.startsWith('Ctrl-C') ? '' : `${said}${line}\n`.slice(-STDERR_CHARS_MAX);
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const interrupt = () => void (hasEnded() || child.kill('SIGINT'));
  signal.addEventListener('abort', interrupt);
  const stop = async (keepLogs = false) => {
    interrupt();
    await exited;
    remove(dir, keepLogs);
  };
  const up = until(
    async () => {
      if (hasEnded()) throw new Error('The demo needs a local stack, and it did not come up.');
      return signal.aborted ? undefined : readEndpoints(env);
    },
    START_MAX_MS,
    100,
  );
  try {
    const endpoints = await up;
    if (endpoints === undefined) throw new Error('The local stack took too long to come up.');
    return {
      dir,
      apiUrl: endpoints.api,
      env,
      stop,
      lastWords: () => said,
      onLog: (seen) => {
        listeners.add(seen);
        return () => void listeners.delete(seen);
      },
    };
  } catch (error) {
    await stop(!signal.aborted);
    throw error;
  }
}

async function packageFunctions(signal: AbortSignal): Promise<void> {
  const env = { ...environment(), SLS_TELEMETRY_DISABLED: '1' };
  const options = { cwd: PROJECT_DIR, env, signal };
  await promisify(execFile)(process.execPath, [serverlessProgram(), 'package'], options);
}

/** Beside the stack's own folder where that is not there: it is nobody else's to make. */
function makeFolder(parent: string): string {
  try {
    return mkdtempSync(existsSync(parent) ? join(parent, 'demo-') : `${parent}-demo-`);
  } catch (error) {
    throw unwritable(existsSync(parent) ? parent : dirname(parent), error);
  }
}

function remove(dir: string, keepLogs: boolean): void {
  if (!existsSync(dir)) return;
  const names = readdirSync(dir);
  const kept = keepLogs ? names.filter((name) => name.endsWith('.log')) : [];
  const removed = kept.length === 0 ? [dir] : names.filter((name) => !kept.includes(name));
  for (const path of removed) rmSync(resolve(dir, path), { recursive: true, force: true });
}

/** The scenarios are those of the default configuration; of the settings only where Kafka is counts. */
function environment(): NodeJS.ProcessEnv {
  const settings = Object.values(FIELDS).map(({ name }): string => name);
  const kept = Object.entries(process.env).filter(
    ([name]) => name === FIELDS.brokers.name || !settings.includes(name),
  );
  return { ...Object.fromEntries(kept), ...FREE_PORTS, ORDER_FAILURE_SIMULATION: 'on' };
}
