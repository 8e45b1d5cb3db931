import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { EventSourceOptions } from '../../plugins/event-source-mapping/local/event-source.ts';
import type { FromProcess, ToProcess } from './event-source-process.ts';
import { endNow, isAlive } from './processes.ts';

export interface RunningEventSource {
  /** Resolves when every group was joined. */
  readonly ready: Promise<void>;
  /** Drains and ends. */
  stop(): Promise<void>;
  /** SIGKILL of the event source and of its functions: frozen ones would stay until the next start. */
  kill(): Promise<void>;
  /** SIGKILL of every function process. @returns how many there were */
  killFunctions(): number;
}

const PROCESS = join(import.meta.dirname, 'event-source-process.ts');

/** The local event source as a process of its own, that can be killed. It never outlives this one. */
export function startEventSourceProcess(
  options: Omit<EventSourceOptions, 'log' | 'onFunctionOutput'>,
  onMessage: (message: FromProcess) => void,
): RunningEventSource {
  const child = fork(PROCESS, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const tell = (message: ToProcess) => {
    if (child.connected) child.send(message);
  };
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (message: FromProcess) => {
      if (message.kind === 'ready') resolve();
      if (message.kind === 'failed') reject(new Error(message.error));
      onMessage(message);
    });
    void exited.then(() => reject(new Error('The event source ended')));
  });
  ready.catch(() => undefined);
  tell({ kind: 'start', options });
  return {
    ready,
    async stop() {
      tell({ kind: 'stop' });
      await exited;
    },
    async kill() {
      const functions = functionProcesses(child);
      child.kill('SIGKILL');
      await exited;
      for (const pid of functions) endNow(pid);
      for (const pid of functions) await ended(pid);
    },
    killFunctions() {
      const pids = functionProcesses(child);
      for (const pid of pids) endNow(pid);
      return pids.length;
    },
  };
}

/** The child processes of the event source. */
function functionProcesses({ pid }: ChildProcess): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match?.[2] === String(pid) && match?.[3]?.includes('client.mjs'))
    .map((match) => Number(match?.[1]));
}

async function ended(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}
