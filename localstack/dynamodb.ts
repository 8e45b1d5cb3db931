import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureTables } from './dynamodb-tables.ts';
import { type ProcessEnd, startGuarded } from './guarded-process.ts';
import { LocalError } from './local-error.ts';
import { beginLog, hasLogged, lastWordsOf } from './log-tail.ts';
import { freePort, LOOPBACK } from './ports.ts';
import { claim, type Claim } from './process-record.ts';

export interface DynamoDbOptions {
  /** Folder of the data; made where it is not there. */
  readonly dataDir: string;
  /** Port on loopback; 0 = any free one. */
  readonly port: number;
  readonly logFile: string;
  readonly tables: readonly CreateTableCommandInput[];
}

export interface DynamoDbServer {
  /** `http://host:port`, as AWS_ENDPOINT_URL_DYNAMODB takes it. */
  readonly endpoint: string;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when the server has ended, however it did; never rejects. */
  readonly exited: Promise<ProcessEnd>;
  /** SIGTERM, and SIGKILL after 5 s. Resolves when it has ended; never rejects. */
  stop(): Promise<void>;
  /** SIGKILL. Resolves when it has ended; never rejects. */
  kill(): Promise<void>;
}

const LOG_BYTES_MAX = 16 * 1024 * 1024;
const START_TIMEOUT_MS = 20_000;
const STOP_GRACE_MS = 5_000;
const PORT_ATTEMPTS = 3;

/**
 * Starts dynalite as a child process, creates the tables that are missing, and resolves when it serves. The claim
 * matters: a second process on the same folder starts well and crashes at its first request.
 * @throws LocalError where the data is in use, or the server ends or stays silent while starting
 */
export async function startDynamoDb(options: DynamoDbOptions): Promise<DynamoDbServer> {
  const { dataDir, logFile } = options;
  mkdirSync(dataDir, { recursive: true });
  const held = await claim(`${dataDir}.process.json`, {
    what: `The DynamoDB data in ${dataDir}`,
    remedy: 'Stop that one first, or use another folder.',
  });
  try {
    beginLog(logFile, LOG_BYTES_MAX);
    for (let attempt = 1; ; attempt++) {
      const port = options.port === 0 ? await freePort() : options.port;
      try {
        return await startServer(options, port, held);
      } catch (error) {
        const taken = hasLogged(logFile, /EADDRINUSE/);
        if (!taken || options.port !== 0 || attempt === PORT_ATTEMPTS) throw error;
      }
    }
  } catch (error) {
    held.release();
    throw error;
  }
}

async function startServer(
  { dataDir, logFile, tables }: DynamoDbOptions,
  port: number,
  held: Claim,
): Promise<DynamoDbServer> {
  const server = await startGuarded({
    command: process.execPath,
    args: [join(import.meta.dirname, 'dynamodb-server.ts'), String(port), dataDir],
    logFile,
  });
  held.noteChild(server);
  const endpoint = `http://${LOOPBACK}:${port}`;
  const abort = new AbortController();
  const ended = server.exited.then((end) => {
    abort.abort();
    return end;
  });
  try {
    if (!(await healthy(endpoint, abort.signal))) throw new Error('it did not answer');
    await ensureTables(endpoint, tables);
  } catch (error) {
    await server.stop(0);
    throw new LocalError(
      `The DynamoDB stand-in did not come up: ${(error as Error).message}. Its last lines:\n${lastWordsOf(logFile)}`,
      `The whole log is in ${logFile}.`,
      { cause: error },
    );
  }
  return {
    endpoint,
    pid: server.pid,
    logFile,
    exited: ended.finally(() => held.release()),
    stop: async () => void (await server.stop(STOP_GRACE_MS)),
    kill: async () => {
      server.signal('SIGKILL');
      await server.exited;
    },
  };
}

async function healthy(endpoint: string, signal: AbortSignal): Promise<boolean> {
  const untilMs = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < untilMs && !signal.aborted) {
    const answer = await fetch(endpoint, { signal }).catch(() => undefined);
    if (answer?.ok === true) return true;
    await sleep(30);
  }
  return false;
}
