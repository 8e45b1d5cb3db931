import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  answers,
  claimedServer,
  deathOf,
  faultOf,
  startClaimed,
  type ClaimedServer,
} from './claimed-server.ts';
import { startGuarded } from './guarded-process.ts';
import { javaCommand } from './java.ts';
import { LocalError } from './local-error.ts';
import { lastWordsOf } from './log-tail.ts';
import type { Environment } from './paths.ts';
import { LOOPBACK } from './ports.ts';
import type { Claim } from './process-record.ts';
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
export interface RegistryServer extends ClaimedServer {
  /** As SCHEMA_REGISTRY_URL takes it. */
  readonly url: string;
  readonly port: number;
}

/** Confluent's API, as Apicurio has it. */
const API_PATH = '/apis/ccompat/v7';
const STOP_GRACE_MS = 10_000;

/**
 * Starts Apicurio Registry, with its schemas in a file, and resolves when it serves.
 * @throws LocalError where the data is in use, or the registry ends or stays silent while starting
 */
export async function startSchemaRegistry(options: RegistryOptions): Promise<RegistryServer> {
  const { dataDir } = options;
  mkdirSync(dataDir, { recursive: true });
  const text = {
    what: `The schemas in ${dataDir}`,
    remedy: 'Stop that one first, or use another folder.',
  };
  return startClaimed(
    { ...options, portTaken: /already in use|BindException/, text },
    (port, held) => startOn(port, options, held),
  );
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
  const died = deathOf(server);
  const over = AbortSignal.any([died, ...(signal ? [signal] : [])]);
  const listening = new RegExp(`Listening on: http://${LOOPBACK}:${port}\\b`);
  const wait = { logFile, listening, timeoutMs: startTimeoutMs, signal: over };
  if (!(await answers(`${url}/subjects`, wait))) {
    const what = await faultOf(server, died, startTimeoutMs);
    await server.stop(0);
    signal?.throwIfAborted();
    throw new LocalError(
      `The schema registry ${what}. Its last lines:\n${lastWordsOf(logFile)}`,
      `The whole log is in ${logFile}.`,
    );
  }
  return { url, port, ...claimedServer(server, held, { logFile, stopGraceMs: STOP_GRACE_MS }) };
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
      // Says where it listens.
      '-Dquarkus.log.category."io.quarkus".level=INFO',
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
