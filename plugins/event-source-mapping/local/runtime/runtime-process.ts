import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { FunctionDeclaration, FunctionOutput } from '../types.ts';
import { childEnvironment } from './child-environment.ts';
import { createLineSplitter } from './lines.ts';
import type { RuntimeApi } from './runtime-api.ts';

const CLIENT = fileURLToPath(new URL('client.mjs', import.meta.url));

/** Starts the runtime of one environment. It leads a process group of its own. */
export function spawnRuntime(
  declaration: FunctionDeclaration,
  api: RuntimeApi,
  inspectPort: number | undefined,
): ChildProcess {
  const { memoryMb } = declaration;
  // Lambda's runtime leaves a part of the memory to everything that is not the heap.
  const heapMb = Math.max(64, Math.floor(memoryMb * 0.9));
  const inspect = inspectPort === undefined ? [] : [`--inspect-wait=127.0.0.1:${inspectPort}`];
  return spawn(process.execPath, [...inspect, `--max-old-space-size=${heapMb}`, CLIENT], {
    env: childEnvironment(declaration, api.address, process.env['PATH'] ?? ''),
    // Descriptor 3 is the lifeline: it closes when this process is gone.
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // A process group of its own: Ctrl-C is for the parent, which drains.
    detached: true,
  });
}

/** Signals the process and whatever it started; nothing where it has ended. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Gone already.
  }
}

interface OutputOptions {
  readonly declaration: FunctionDeclaration;
  readonly onOutput: (output: FunctionOutput) => void;
}

/** Passes on the output; resolves when the process is gone and its output has been read. */
export function watchChild(
  child: ChildProcess,
  { declaration, onOutput }: OutputOptions,
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
