import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Endpoints, readEndpoints } from '../../localstack/endpoints.ts';
import { localstackDir, PROJECT_DIR } from '../../localstack/paths.ts';
import { FREE_PORTS, stackFiles } from '../../localstack/settings.ts';
import { endNow, processesOf } from './processes.ts';
import { testDir } from './test-stack.ts';
import { until } from './until.ts';

/** A folder, and the variables with which a local stack of a test's own lives in it, on free ports. */
export interface StackHome {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Stops what is left in it, and removes it. */
  remove(): void;
}

export function createStackHome(): StackHome {
  const dir = mkdtempSync(join(testDir(), 'stack-'));
  return {
    dir,
    env: { ...FREE_PORTS, LOCALSTACK_DIR: dir },
    remove: () => {
      for (const pid of processesOf(dir)) endNow(pid);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** `npm start`, or another program of the local stack, under a test's eyes. */
export interface StartedProgram {
  readonly process: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves to the exit code (128 + n after signal n) once output and process have ended. */
  readonly exited: Promise<number>;
  /** Resolves when endpoints.json is there. */
  up(): Promise<Endpoints>;
}

/** Starts `npm start` without npm. @param env beside this process's own; undefined takes a variable away */
export function startProgram(
  env: Readonly<Record<string, string | undefined>>,
  args: readonly string[] = ['localstack/start.ts'],
  command: string = process.execPath,
): StartedProgram {
  const { KAFKA_BROKERS: _, ...inherited } = process.env;
  const startedMs = Date.now();
  const child = spawn(command, args, {
    cwd: PROJECT_DIR,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()));
  const exited = new Promise<number>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 143)));
  });
  return {
    process: child,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    exited,
    up: () =>
      until(
        'endpoints.json',
        () => (writtenSince(env, startedMs) ? readEndpoints(env) : undefined),
        {
          describe: () => text.stderr,
          timeoutMs: 90_000,
        },
      ),
  };
}

/** Resolves when it has ended with this code. @throws Error that holds what it said, where it was another */
export async function endedWith(started: StartedProgram, code: number): Promise<void> {
  const ended = await started.exited;
  if (ended === code) return;
  throw new Error(`It ended with ${ended}, not with ${code}. It said:\n${started.stderr()}`);
}

/** Presses Ctrl-C (or the like) twice: the second time once the first was noticed, for a signal that waits is not doubled. */
export async function signalTwice(started: StartedProgram, signal: NodeJS.Signals): Promise<void> {
  started.process.kill(signal);
  await until('it stops', () => (started.stderr().includes('Stopping …') ? true : undefined));
  started.process.kill(signal);
}

/** A killed stack leaves its addresses behind. */
function writtenSince(env: Readonly<Record<string, string | undefined>>, sinceMs: number): boolean {
  const { endpoints } = stackFiles(localstackDir(env));
  return (statSync(endpoints, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= sinceMs;
}
