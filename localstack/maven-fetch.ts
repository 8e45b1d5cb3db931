import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startGuarded } from './guarded-process.ts';
import { LocalError } from './local-error.ts';
import { lastWordsOf } from './log-tail.ts';
import { cacheDir, type Environment } from './paths.ts';
import { identityOf } from './process-identity.ts';

/** Pinned: what Maven would choose by itself differs from one Maven to the next. */
export const MAVEN_DEPENDENCY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
const PROGRESS_EVERY_MS = 500;

/** Told while something is being fetched: never silence. */
export type Progress = (step: FetchStep) => void;

export type FetchStep = { readonly what: string; readonly elapsedMs: number } & (
  | {
      readonly kind: 'fetching';
      /** That came so far, Maven's own plugin included: nobody knows how many there will be. */
      readonly bytes: number;
    }
  | { readonly kind: 'fetched'; readonly jars: number }
);

/** What to fetch with Maven, once for every clone of the project on this machine. */
export interface Fetch {
  /** Of its folder in the cache. */
  readonly name: string;
  /** As a person calls it, with its version. */
  readonly what: string;
  /** Maven's arguments, which put it into the folder. */
  readonly args: (folder: string) => readonly string[];
  /** Whether a folder holds all of it. */
  readonly isWhole: (folder: string) => boolean;
  /** What helps besides mending the network. */
  readonly remedy: string;
}

/**
 * Its folder in the cache, fetched where it is not there. A fetch that is interrupted leaves nothing that a later start
 * would take for whole: the folder gets its name last.
 * @param signal aborts the fetch
 * @throws LocalError where Maven fails
 */
export async function fetchOnce(
  fetch: Fetch,
  env: Environment,
  progress: Progress,
  signal?: AbortSignal,
): Promise<string> {
  const target = join(cacheDir(env), fetch.name);
  if (fetch.isWhole(target)) return target;
  removeInterrupted(cacheDir(env));
  const partial = `${target}.partial-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    await runMaven(fetch, partial, { env, progress, signal });
    renameSync(join(partial, 'lib'), target);
  } catch (error) {
    // Somebody else may have been faster: then theirs is as good.
    if (!fetch.isWhole(target)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return target;
}

interface Run {
  readonly env: Environment;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
}

async function runMaven(
  { what, args, isWhole, remedy }: Fetch,
  partial: string,
  { env, progress, signal }: Run,
): Promise<void> {
  const logFile = join(partial, 'maven.log');
  const lib = join(partial, 'lib');
  const maven = await startGuarded({
    command: 'mvn',
    args: ['-B', ...args(lib)],
    cwd: partial, // Without a project it leaves its marks where it is started.
    logFile,
    env: { ...env },
  });
  const startedMs = Date.now();
  const elapsedMs = () => Date.now() - startedMs;
  const report = () => {
    const bytes = downloadedBytes(readFileSync(logFile, 'utf8'));
    progress({ kind: 'fetching', what, bytes, elapsedMs: elapsedMs() });
  };
  report();
  const timer = setInterval(report, PROGRESS_EVERY_MS);
  const giveUp = () => void maven.stop(1_000);
  signal?.addEventListener('abort', giveUp);
  const { code } = await maven.exited;
  signal?.removeEventListener('abort', giveUp);
  clearInterval(timer);
  signal?.throwIfAborted();
  if (code !== 0 || !isWhole(lib)) {
    throw new LocalError(
      `Maven could not fetch ${what} (exit code ${code}). Its last lines:\n${lastWordsOf(logFile)}`,
      `Check the network and ~/.m2/settings.xml (proxy, mirror) and start again; ${remedy}`,
    );
  }
  const files = readdirSync(lib, { recursive: true }).map(String);
  const jars = files.filter((name) => name.endsWith('.jar')).length;
  progress({ kind: 'fetched', what, jars, elapsedMs: elapsedMs() });
}

const UNITS = { B: 1, kB: 1_000, MB: 1_000_000, GB: 1_000_000_000 } as const;

/** Bytes so far, by what Maven logs of each file, e.g. `Downloaded from central: https://… (2.1 MB at 18 MB/s)`. Pure. */
export function downloadedBytes(log: string): number {
  const sizes = log.matchAll(/Downloaded from .* \(([\d.]+) (B|kB|MB|GB) at /g);
  return [...sizes].reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNITS[unit as keyof typeof UNITS],
    0,
  );
}

function removeInterrupted(dir: string): void {
  if (!existsSync(dir)) return;
  for (const name of readdirSync(dir)) {
    const pid = /\.partial-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && identityOf(Number(pid)) === undefined) {
      rmSync(join(dir, name), { recursive: true, force: true });
    }
  }
}
