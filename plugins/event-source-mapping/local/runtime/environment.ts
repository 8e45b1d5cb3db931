import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { FunctionDeclaration, FunctionOutput, InvocationResult } from '../types.ts';
import { childEnvironment, functionArn } from './child-environment.ts';
import { createLineSplitter } from './lines.ts';
import { startRuntimeApi, type RuntimeApi } from './runtime-api.ts';

const CLIENT = fileURLToPath(new URL('client.mjs', import.meta.url));
/** Lambda's own limit of the init phase is 10 s; a busy developer's machine is slower. */
const INIT_TIMEOUT_MS = 30_000;

export interface EnvironmentOptions {
  readonly declaration: FunctionDeclaration;
  readonly onOutput: (output: FunctionOutput) => void;
}

/** One execution environment: a child process and its Runtime API. One invocation at a time. */
export interface ExecutionEnvironment {
  readonly isAlive: boolean;
  /** Never rejects. The function's timeout is enforced: the process is killed. */
  invoke(eventJson: string): Promise<InvocationResult>;
  /** Kills the process and waits until it is gone. */
  stop(): Promise<void>;
}

interface Pending {
  readonly requestId: string;
  readonly eventJson: string;
  finish(result: InvocationResult): void;
  timer?: NodeJS.Timeout;
}

/** Starts the process; initialisation goes on while this returns. Rejects only where no port or process can be had. */
export async function startEnvironment(options: EnvironmentOptions): Promise<ExecutionEnvironment> {
  const { declaration } = options;
  let pending: Pending | undefined;
  let isFree = false;
  let isAlive = true;

  const finish = (result: InvocationResult): void => {
    const done = pending;
    if (done === undefined || done.requestId !== result.requestId) return;
    pending = undefined;
    clearTimeout(done.timer);
    done.finish(result);
  };
  const failPending = (errorType: string, errorMessage: string): void => {
    if (pending === undefined) return;
    finish({ kind: 'function-error', requestId: pending.requestId, errorType, errorMessage });
  };
  const kill = (errorType: string, errorMessage: string): void => {
    isAlive = false;
    killGroup(child);
    failPending(errorType, errorMessage);
  };
  const dispatch = (): void => {
    if (!isFree || pending === undefined) return;
    isFree = false;
    const { requestId, eventJson } = pending;
    clearTimeout(pending.timer);
    const { timeoutMs } = declaration;
    const seconds = (timeoutMs / 1000).toFixed(2);
    pending.timer = setTimeout(() => {
      kill('Sandbox.Timedout', `${requestId} Task timed out after ${seconds} seconds`);
    }, timeoutMs);
    const deadlineMs = Date.now() + timeoutMs;
    api.deliver({ requestId, functionArn: functionArn(declaration.name), deadlineMs, eventJson });
  };

  const api = await startRuntimeApi({
    onNext: () => {
      isFree = true;
      dispatch();
    },
    onResponse: (requestId, body) => finish({ kind: 'response', requestId, body }),
    onError: (requestId, errorType, errorMessage) => {
      if (requestId === undefined) kill(errorType, errorMessage);
      else finish({ kind: 'function-error', requestId, errorType, errorMessage });
    },
  });
  const child = spawnRuntime(declaration, api);
  const exited = watchChild(child, options, (how) => {
    isAlive = false;
    api.close();
    const id = pending?.requestId ?? '';
    failPending('Runtime.ExitError', `RequestId: ${id} Error: Runtime exited ${how}`);
  });

  return {
    get isAlive() {
      return isAlive;
    },
    invoke(eventJson) {
      return new Promise((resolve) => {
        pending = { requestId: randomUUID(), eventJson, finish: resolve };
        if (!isAlive) {
          failPending('Runtime.ExitError', 'Error: Runtime exited before the invocation');
          return;
        }
        pending.timer = setTimeout(
          () => kill('Sandbox.Timedout', 'The initialisation did not end in time'),
          INIT_TIMEOUT_MS,
        );
        dispatch();
      });
    },
    async stop() {
      kill('Sandbox.Stopped', 'The execution environment was stopped');
      await exited;
    },
  };
}

function spawnRuntime(declaration: FunctionDeclaration, api: RuntimeApi): ChildProcess {
  const { memoryMb } = declaration;
  // Lambda's runtime leaves a part of the memory to everything that is not the heap.
  const heapMb = Math.max(64, Math.floor(memoryMb * 0.9));
  return spawn(process.execPath, [`--max-old-space-size=${heapMb}`, CLIENT], {
    env: childEnvironment(declaration, api.address, process.env['PATH'] ?? ''),
    // Descriptor 3 is the lifeline: it closes when this process is gone.
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // A process group of its own: Ctrl-C is for the parent, which drains.
    detached: true,
  });
}

/** The process and whatever it started: it leads a group of its own. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

/** Passes on the output; resolves when the process is gone and its output has been read. */
function watchChild(
  child: ChildProcess,
  { declaration, onOutput }: EnvironmentOptions,
  onGone: (how: string) => void,
): Promise<void> {
  for (const stream of ['stdout', 'stderr'] as const) {
    const readable = child[stream] as Readable;
    const splitter = createLineSplitter((line) =>
      onOutput({ functionName: declaration.name, stream, line }),
    );
    readable.setEncoding('utf8');
    readable.on('data', (text: string) => splitter.push(text));
    readable.on('end', () => splitter.end());
  }
  return new Promise((resolve) => {
    child.on('error', (error) => {
      onGone(`and could not start: ${error.message}`);
      resolve();
    });
    child.on('exit', (code, signal) =>
      onGone(signal === null ? `with exit status ${code}` : `with signal ${signal}`),
    );
    child.on('close', () => resolve());
  });
}
