import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, type ProcessIdentity, signalProcess } from './process-identity.ts';

export interface GuardedCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Gets what the process writes, stdout and stderr, appended; absent: `stdout` and `stderr` are to be read. */
  readonly logFile?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

export interface ProcessEnd {
  /** Exit code; 128 + n after signal n, as a shell has it. */
  readonly code: number;
}

export interface GuardedProcess extends ProcessIdentity {
  /** What it writes, where no log file was named. */
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Resolves when the process has ended; never rejects. */
  readonly exited: Promise<ProcessEnd>;
  /** SIGTERM, then SIGKILL where it has not ended within `graceMs`. Resolves when it has ended; never rejects. */
  stop(graceMs: number): Promise<ProcessEnd>;
  /** Sends a signal; nothing where it has ended. */
  signal(signal: NodeJS.Signals): void;
}

/**
 * The guard: a shell that starts the command and holds a pipe from us. When we end, however we do (SIGKILL too), the
 * pipe closes and the guard stops the command. It is in a session of its own, so that Ctrl-C reaches nobody but us,
 * and what we start is stopped in order. POSIX: runs under dash, bash and macOS' sh alike.
 */
const GUARD = `
exec 4<&0
"$@" </dev/null 4<&- 3>&- &
child=$!
echo "$child" >&3
exec 3>&-
(
  read -r _ <&4
  kill -TERM "$child" 2>/dev/null
  n=0
  while kill -0 "$child" 2>/dev/null && [ "$n" -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
  kill -KILL "$child" 2>/dev/null
) 2>/dev/null &
watcher=$!
exec 4<&-
wait "$child"
code=$?
kill "$watcher" 2>/dev/null
exit "$code"
`;

/**
 * Starts a command that does not outlive this process.
 * @throws Error where it cannot be started at all (a missing program ends with code 127 instead)
 */
export async function startGuarded(options: GuardedCommand): Promise<GuardedProcess> {
  const log = options.logFile === undefined ? undefined : openSync(options.logFile, 'a');
  const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', options.command, ...options.args], {
    detached: true,
    stdio: ['pipe', log ?? 'pipe', log ?? 'pipe', 'pipe'],
    cwd: options.cwd,
    env: options.env ?? process.env,
  });
  if (log !== undefined) closeSync(log);
  guard.stdin?.on('error', () => undefined); // The guard ended first: nothing to tell it.
  const guardExited = new Promise<number>((resolve, reject) => {
    guard.once('error', reject);
    guard.once('exit', (code) => resolve(code ?? 137));
  });
  const pid = await Promise.race([firstLine(guard.stdio[3] as NodeJS.ReadableStream), guardExited]);
  const identity = identityOf(Number(pid)) ?? { pid: Number(pid), started: 'ended' };
  // Where the guard alone was killed, the command goes with it: nobody would watch it any more.
  const exited = guardExited.then((code) => {
    signalProcess(identity, 'SIGKILL');
    guard.stdin?.destroy();
    return { code };
  });
  return {
    ...identity,
    stdout: guard.stdout,
    stderr: guard.stderr,
    exited,
    signal: (signal) => signalProcess(identity, signal),
    stop: (graceMs) => stop(identity, exited, graceMs),
  };
}

async function stop(
  identity: ProcessIdentity,
  exited: Promise<ProcessEnd>,
  graceMs: number,
): Promise<ProcessEnd> {
  signalProcess(identity, 'SIGTERM');
  const over = new AbortController();
  const grace = sleep(graceMs, undefined, { signal: over.signal }).then(
    () => signalProcess(identity, 'SIGKILL'),
    () => undefined,
  );
  const end = await exited;
  over.abort();
  await grace;
  return end;
}

function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.split('\n')[0] ?? '');
    });
    stream.on('end', () => resolve(text));
    stream.on('error', () => resolve(text));
  });
}
