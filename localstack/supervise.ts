import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { finished } from 'node:stream/promises';
import { banner } from './banner.ts';
import { type Endpoints, readEndpoints, removeEndpoints } from './endpoints.ts';
import { type GuardedProcess, startGuarded } from './guarded-process.ts';
import { splitLines } from './line-splitter.ts';
import { createOutput, type Output } from './output.ts';
import { type Environment, PROJECT_DIR } from './paths.ts';
import type { Claim } from './process-record.ts';
import { createSilenceBreaker } from './progress.ts';
import { createStopWords } from './stop-words.ts';
import type { stackFiles } from './settings.ts';

export interface SuperviseOptions {
  readonly env: Environment;
  readonly files: ReturnType<typeof stackFiles>;
  /** Gets the process that serves, so that the next start finds it where we were killed. */
  readonly held: Claim;
  /** Further options of `serverless offline start`. */
  readonly serverlessOptions: readonly string[];
}

/** The mappings finish what is under way first: at most one invocation, and a retry waits inside of it. */
const STOP_GRACE_MS = 60_000;
const LOOK_EVERY_MS = 100;
const OUTPUT_END_MS = 1_000;

/**
 * Runs `serverless offline start` until it ends or a signal comes, and shows what it writes.
 * @returns exit code: 0 where it was stopped while up; 128 + signal where it was stopped before; else what went wrong
 */
export async function supervise(options: SuperviseOptions): Promise<number> {
  const { env, files, held, serverlessOptions } = options;
  const output = createOutput(process.stdout, process.stderr);
  removeEndpoints(dirname(files.endpoints));
  const ending = new AbortController();
  listenForStop(ending, output, env);
  output.tell('Starting the local stack …');
  const serverless = await startGuarded({
    command: process.execPath,
    args: [serverlessProgram(), 'offline', 'start', ...serverlessOptions],
    cwd: PROJECT_DIR,
    env: { ...env, SLS_TELEMETRY_DISABLED: '1' },
  });
  held.noteChild(serverless);
  const silence = createSilenceBreaker(
    (line) => output.tell(line),
    () => performance.now(),
  );
  const heard = (show: (line: string) => void) => (line: string) => {
    silence.heard();
    show(line);
  };
  const written = Promise.allSettled([
    pump(
      serverless.stdout,
      heard((line) => output.functionLine(line)),
    ),
    pump(
      serverless.stderr,
      heard((line) => output.frameworkLine(line)),
    ),
  ]);

  let ended = false;
  const end = serverless.exited.then((exit) => {
    ended = true;
    return exit;
  });
  const stopped = stopOnSignal(serverless, ending.signal);
  const isOver = () => ended || ending.signal.aborted;
  const endpoints = await untilUp(env, isOver, () => silence.look());
  const up = endpoints !== undefined;
  if (up) output.tell(banner(endpoints));
  const { code } = await end;
  await Promise.race([written, sleep(OUTPUT_END_MS)]);
  removeEndpoints(dirname(files.endpoints));
  if (!ending.signal.aborted) {
    output.tell(
      up
        ? `The stack ended by itself (exit code ${code}). Logs of its servers: ${files.kafkaLog} ${files.dynamodbLog}`
        : `The stack did not come up (exit code ${code}).`,
    );
    return code === 0 ? 1 : code;
  }
  await stopped;
  output.tell('Stopped.');
  if (up) return 0;
  return ending.signal.reason === 'SIGINT' ? 130 : 143;
}

/** The addresses as soon as they are there; undefined where it is over before. */
async function untilUp(
  env: Environment,
  isOver: () => boolean,
  look: () => void,
): Promise<Endpoints | undefined> {
  while (!isOver()) {
    const endpoints = readEndpoints(env);
    if (endpoints !== undefined) return endpoints;
    look();
    await sleep(LOOK_EVERY_MS);
  }
  return undefined;
}

/** Ctrl-C, a polite kill, a closed terminal, a reader that went away: each ends the stack in order. */
function listenForStop(ending: AbortController, output: Output, env: Environment): void {
  const words = createStopWords(() => performance.now());
  const stop = (reason: string) => {
    const text = words();
    if (text !== undefined) output.tell(text);
    ending.abort(reason);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => stop(signal));
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => ending.abort('SIGPIPE'));
  }
  // Killed for good, npm tells nobody: its child would stay for ever, holding the ports. (The script says `exec`, so that
  // no shell stands between npm and us: one would neither end nor pass SIGTERM on.)
  const parent = process.ppid;
  if (env['npm_lifecycle_event'] !== undefined) {
    setInterval(() => process.ppid !== parent && ending.abort('SIGHUP'), 1_000).unref();
  }
}

function stopOnSignal(serverless: GuardedProcess, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    const stop = () => resolve(serverless.stop(STOP_GRACE_MS));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
}

function pump(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): Promise<void> {
  if (stream === null) return Promise.resolve();
  splitLines(stream, onLine);
  return finished(stream);
}

/** The framework's entry point. */
export function serverlessProgram(): string {
  const manifest = createRequire(import.meta.url).resolve('serverless/package.json');
  return join(dirname(manifest), 'bin', 'serverless.js');
}
