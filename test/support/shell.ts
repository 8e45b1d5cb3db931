import { type ChildProcess, spawn } from 'node:child_process';
import { PROJECT_DIR } from '../../localstack/paths.ts';

export interface ShellRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Starts a script in bash, in the project's folder, as the leader of a process group of its own. */
export function startShell(script: string, env: Environment): ChildProcess {
  // What belongs to a stack of somebody else must not get into a test.
  const { KAFKA_BROKERS: _, ...inherited } = process.env;
  return spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: PROJECT_DIR,
    env: { ...inherited, NO_COLOR: '1', ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs a script to its end; after `timeoutMs` it and all that it started is killed. */
export async function runShell(
  script: string,
  env: Environment,
  timeoutMs = 60_000,
): Promise<ShellRun> {
  const shell = startShell(script, env);
  const said = { stdout: '', stderr: '' };
  shell.stdout?.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  shell.stderr?.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  const timer = setTimeout(() => signalGroup(shell, 'SIGKILL'), timeoutMs);
  const code = await new Promise<number>((resolve) => {
    shell.once('close', (exit) => resolve(exit ?? 137));
  });
  clearTimeout(timer);
  return { code, ...said };
}

/** As Ctrl-C does: to everything that the script started. */
export function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended meanwhile.
  }
}
