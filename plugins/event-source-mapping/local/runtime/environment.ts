import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { FunctionDeclaration, FunctionOutput, InvocationResult } from '../types.ts';
import { functionArn } from './child-environment.ts';
import type { ProcessRegistry } from './process-registry.ts';
import { reportLine } from './report-line.ts';
import { startRuntimeApi } from './runtime-api.ts';
import { signalGroup, spawnRuntime, watchChild } from './runtime-process.ts';

/** Lambda's own limit of the init phase is 10 s; a busy developer's machine is slower. */
const INIT_TIMEOUT_MS = 30_000;
/** Longest delay that a timer can have: nobody debugs for that long. */
const DEBUG_TIMEOUT_MS = 2_147_483_647;

export interface EnvironmentOptions {
  readonly declaration: FunctionDeclaration;
  readonly onOutput: (output: FunctionOutput) => void;
  /** The REPORT line of each invocation. */
  readonly onReport: (line: string) => void;
  /** Whether the process is stopped while it has nothing to do, as Lambda freezes its environments. */
  readonly freeze: boolean;
  readonly registry: ProcessRegistry;
  /** Waits for a debugger before the first line, on that port; then there is no timeout. */
  readonly inspectPort?: number;
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
  readonly finish: (result: InvocationResult) => void;
  startedAtMs: number;
  timer?: NodeJS.Timeout;
}

/** Starts the process; initialisation goes on while this returns. Rejects only where no port or process can be had. */
export async function startEnvironment(options: EnvironmentOptions): Promise<ExecutionEnvironment> {
  const { declaration, registry } = options;
  const isDebugged = options.inspectPort !== undefined;
  const spawnedAtMs = performance.now();
  let pending: Pending | undefined;
  let isFree = false;
  let isAlive = true;
  let isInitialised = false;
  let initMs: number | undefined;
  let peakMemoryMb: number | undefined;

  const finish = (result: InvocationResult, status: 'success' | 'error' | 'timeout'): void => {
    const done = pending;
    if (done === undefined || done.requestId !== result.requestId) return;
    pending = undefined;
    clearTimeout(done.timer);
    const durationMs = performance.now() - done.startedAtMs;
    const { requestId } = done;
    const { memoryMb } = declaration;
    options.onReport(reportLine({ requestId, durationMs, memoryMb, peakMemoryMb, initMs, status }));
    initMs = undefined;
    done.finish(result);
  };
  const failPending = (errorType: string, errorMessage: string): void => {
    if (pending === undefined) return;
    const { requestId } = pending;
    const status = errorType === 'Sandbox.Timedout' ? 'timeout' : 'error';
    finish({ kind: 'function-error', requestId, errorType, errorMessage }, status);
  };
  const kill = (errorType: string, errorMessage: string): void => {
    isAlive = false;
    signalGroup(child, 'SIGKILL');
    failPending(errorType, errorMessage);
  };
  const dispatch = (): void => {
    if (!isFree || pending === undefined) return;
    isFree = false;
    const { requestId, eventJson } = pending;
    clearTimeout(pending.timer);
    const timeoutMs = isDebugged ? DEBUG_TIMEOUT_MS : declaration.timeoutMs;
    const seconds = (timeoutMs / 1000).toFixed(2);
    pending.timer = setTimeout(() => {
      kill('Sandbox.Timedout', `${requestId} Task timed out after ${seconds} seconds`);
    }, timeoutMs);
    if (options.freeze) signalGroup(child, 'SIGCONT');
    pending.startedAtMs = performance.now();
    const deadlineMs = Date.now() + timeoutMs;
    api.deliver({ requestId, functionArn: functionArn(declaration.name), deadlineMs, eventJson });
  };

  const api = await startRuntimeApi({
    onNext: () => {
      if (!isInitialised) initMs = performance.now() - spawnedAtMs;
      isInitialised = true;
      isFree = true;
      if (pending === undefined && options.freeze && !isDebugged) signalGroup(child, 'SIGSTOP');
      dispatch();
    },
    onPeakMemory: (megabytes) => {
      peakMemoryMb = megabytes;
    },
    onResponse: (requestId, body) => finish({ kind: 'response', requestId, body }, 'success'),
    onError: (requestId, errorType, errorMessage) => {
      if (requestId === undefined) kill(errorType, errorMessage);
      else finish({ kind: 'function-error', requestId, errorType, errorMessage }, 'error');
    },
  });
  const child = spawnRuntime(declaration, api, options.inspectPort);
  if (child.pid !== undefined) registry.add(child.pid);
  const exited = watchChild(child, options, (how) => {
    isAlive = false;
    if (child.pid !== undefined) registry.remove(child.pid);
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
        const startedAtMs = performance.now();
        pending = { requestId: randomUUID(), eventJson, finish: resolve, startedAtMs };
        if (!isAlive) {
          failPending('Runtime.ExitError', 'Error: Runtime exited before the invocation');
          return;
        }
        pending.timer = setTimeout(
          () => kill('Sandbox.Timedout', 'The initialisation did not end in time'),
          isDebugged ? DEBUG_TIMEOUT_MS : INIT_TIMEOUT_MS,
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
