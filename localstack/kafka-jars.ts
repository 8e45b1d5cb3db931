import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startGuarded } from './guarded-process.ts';
import { LocalError } from './local-error.ts';
import { cacheDir, type Environment, PROJECT_DIR } from './paths.ts';
import { identityOf } from './process-identity.ts';
import { lastWordsOf } from './log-tail.ts';

export const KAFKA_VERSION = '4.1.2';

/** Pinned: what Maven would choose by itself differs from one Maven to the next. */
const COPY_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const PROGRESS_EVERY_MS = 500;

/** Told while jars are being fetched: never silence. */
export type Progress = (step: FetchStep) => void;

export type FetchStep =
  /** So many bytes came so far, Maven's own plugin included: nobody knows how many there will be. */
  | { readonly kind: 'fetching'; readonly bytes: number; readonly elapsedMs: number }
  | { readonly kind: 'fetched'; readonly jars: number; readonly elapsedMs: number };

/** The jars that are there already: KAFKA_HOME's, or the cache's; undefined where they have to be fetched. */
export function kafkaJarsDir(env: Environment): string | undefined {
  const home = env['KAFKA_HOME'];
  const dir = home ? join(home, 'libs') : join(cacheDir(env), `kafka-${KAFKA_VERSION}`);
  return holdsKafka(dir) ? dir : undefined;
}

/** Whether a folder holds a broker's jars. */
export function holdsKafka(dir: string): boolean {
  return existsSync(dir) && readdirSync(dir).some((name) => /^kafka_2\.1\d-\d.*\.jar$/.test(name));
}

/**
 * The folder of the broker's jars; fetches them with Maven where they are not there yet. A fetch that is interrupted
 * leaves nothing that a later start would take for whole: the folder gets its name last.
 * @param signal aborts the fetch
 * @throws LocalError where Maven fails
 */
export async function ensureKafkaJars(
  env: Environment,
  progress: Progress,
  signal?: AbortSignal,
): Promise<string> {
  const present = kafkaJarsDir(env);
  if (present !== undefined) return present;
  const target = join(cacheDir(env), `kafka-${KAFKA_VERSION}`);
  removeInterrupted(cacheDir(env));
  const partial = `${target}.partial-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    await fetchJars(partial, env, progress, signal);
    renameSync(join(partial, 'lib'), target);
  } catch (error) {
    // Somebody else may have been faster: then theirs is as good.
    if (!holdsKafka(target)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return target;
}

async function fetchJars(
  partial: string,
  env: Environment,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<void> {
  const logFile = join(partial, 'maven.log');
  const lib = join(partial, 'lib');
  const maven = await startGuarded({
    command: 'mvn',
    args: [
      '-B',
      '-f',
      join(PROJECT_DIR, 'localstack', 'pom.xml'),
      COPY_GOAL,
      '-DincludeScope=runtime',
      `-DoutputDirectory=${lib}`,
    ],
    logFile,
    env: { ...env },
  });
  const startedMs = Date.now();
  const elapsedMs = () => Date.now() - startedMs;
  const report = () => {
    const bytes = downloadedBytes(readFileSync(logFile, 'utf8'));
    progress({ kind: 'fetching', bytes, elapsedMs: elapsedMs() });
  };
  report();
  const timer = setInterval(report, PROGRESS_EVERY_MS);
  const giveUp = () => void maven.stop(1_000);
  signal?.addEventListener('abort', giveUp);
  const { code } = await maven.exited;
  signal?.removeEventListener('abort', giveUp);
  clearInterval(timer);
  signal?.throwIfAborted();
  if (code !== 0 || !holdsKafka(lib)) {
    throw new LocalError(
      `Maven could not fetch Kafka ${KAFKA_VERSION} (exit code ${code}). Its last lines:\n${lastWordsOf(logFile)}`,
      'Check the network and ~/.m2/settings.xml (proxy, mirror) and start again; or unpack a Kafka download and set KAFKA_HOME to its folder.',
    );
  }
  const jars = readdirSync(lib).filter((name) => name.endsWith('.jar')).length;
  progress({ kind: 'fetched', jars, elapsedMs: elapsedMs() });
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
