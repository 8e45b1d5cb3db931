import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ProcessEnd, startGuarded } from './guarded-process.ts';
import { javaCommand } from './java.ts';
import { LocalError } from './local-error.ts';
import { beginLog, hasLogged, lastWordsOf } from './log-tail.ts';
import type { Environment } from './paths.ts';
import { freePort, LOOPBACK } from './ports.ts';
import { claim, type Claim } from './process-record.ts';
import { REGISTRY_JAR } from './registry-jars.ts';

export interface RegistryOptions {
  /** Folder of the data; made where it is not there. */
  readonly dataDir: string;
  /** Port on loopback; 0 = any free one. */
  readonly port: number;
  readonly logFile: string;
  /** Folder of the program (registry-jars.ts). */
  readonly jarsDir: string;
  /** Longest time until it answers; default 90 s. */
  readonly startTimeoutMs?: number;
  readonly env?: Environment;
  /** Aborts the start: the registry is stopped, and the promise rejects. */
  readonly signal?: AbortSignal;
}

/** A running registry. */
export interface RegistryServer {
  /** As SCHEMA_REGISTRY_URL takes it. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when the registry has ended, however it did; never rejects. */
  readonly exited: Promise<ProcessEnd>;
  /** SIGTERM, and SIGKILL after 10 s. Resolves when it has ended; never rejects. */
  stop(): Promise<void>;
  /** SIGKILL. Resolves when it has ended; never rejects. */
  kill(): Promise<void>;
  /** Any signal, e.g. SIGSTOP and SIGCONT. */
  signal(signal: NodeJS.Signals): void;
}

/** Confluent's API, as Apicurio has it. */
const API_PATH = '/apis/ccompat/v7';
const LOG_BYTES_MAX = 16 * 1024 * 1024;
const STOP_GRACE_MS = 10_000;
const PORT_ATTEMPTS = 3;

/**
 * Starts Apicurio Registry, with its schemas in a file, and resolves when it serves.
 * @throws LocalError where the data is in use, or the registry ends or stays silent while starting
 */
export async function startSchemaRegistry(options: RegistryOptions): Promise<RegistryServer> {
  const { dataDir, logFile } = options;
  mkdirSync(dataDir, { recursive: true });
  const held = await claim(`${dataDir}.process.json`, {
    what: `The schemas in ${dataDir}`,
    remedy: 'Stop that one first, or use another folder.',
  });
  try {
    beginLog(logFile, LOG_BYTES_MAX);
    for (let attempt = 1; ; attempt++) {
      options.signal?.throwIfAborted();
      const port = options.port === 0 ? await freePort() : options.port;
      try {
        return await startOn(port, options, held);
      } catch (error) {
        const taken = hasLogged(logFile, /already in use|BindException/);
        if (!taken || options.port !== 0 || attempt === PORT_ATTEMPTS) throw error;
      }
    }
  } catch (error) {
    held.release();
    throw error;
  }
}

async function startOn(
  port: number,
  options: RegistryOptions,
  held: Claim,
): Promise<RegistryServer> {
  const { logFile, signal, startTimeoutMs = 90_000 } = options;
  const server = await run(port, options);
  held.noteChild(server);
  const url = `http://${LOOPBACK}:${port}${API_PATH}`;
  const died = new AbortController();
  const ended = server.exited.then((end) => {
    died.abort();
    return end;
  });
  const over = AbortSignal.any([died.signal, ...(signal ? [signal] : [])]);
  if (!(await healthy(`${url}/subjects`, startTimeoutMs, over))) {
    const what = died.signal.aborted
      ? `ended (exit code ${(await ended).code})`
      : `did not answer within ${startTimeoutMs / 1000} s`;
    await server.stop(0);
    signal?.throwIfAborted();
    throw new LocalError(
      `The schema registry ${what}. Its last lines:\n${lastWordsOf(logFile)}`,
      `The whole log is in ${logFile}.`,
    );
  }
  return {
    url,
    port,
    pid: server.pid,
    logFile,
    exited: ended.finally(() => held.release()),
    stop: async () => void (await server.stop(STOP_GRACE_MS)),
    kill: async () => {
      server.signal('SIGKILL');
      await server.exited;
    },
    signal: (name) => server.signal(name),
  };
}

function run(port: number, { dataDir, jarsDir, logFile, env = process.env }: RegistryOptions) {
  // A write is in the file before it is answered: what was acknowledged survives a kill.
  const database = `jdbc:h2:file:${join(dataDir, 'registry')};WRITE_DELAY=0`;
  return startGuarded({
    command: javaCommand(env),
    args: [
      '-Xmx256m',
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      '-XX:+ExitOnOutOfMemoryError',
      `-Dquarkus.http.host=${LOOPBACK}`,
      `-Dquarkus.http.port=${port}`,
      '-Dquarkus.datasource.jdbc.initial-size=1',
      '-Dquarkus.datasource.jdbc.min-size=1',
      '-Dquarkus.datasource.jdbc.max-size=8',
      '-jar',
      join(jarsDir, REGISTRY_JAR),
    ],
    logFile,
    env: { ...env, REGISTRY_DATASOURCE_URL: database, LOG_LEVEL: 'WARN' },
  });
}

async function healthy(url: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  const untilMs = Date.now() + timeoutMs;
  while (Date.now() < untilMs && !signal.aborted) {
    const answer = await fetch(url, { signal }).catch(() => undefined);
    if (answer?.ok === true) return true;
    await sleep(50);
  }
  return false;
}
