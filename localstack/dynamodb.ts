import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  answers,
  claimedServer,
  deathOf,
  startClaimed,
  type ClaimedServer,
} from './claimed-server.ts';
import { ensureTables } from './dynamodb-tables.ts';
import { startGuarded } from './guarded-process.ts';
import { LocalError } from './local-error.ts';
import { lastWordsOf } from './log-tail.ts';
import { LOOPBACK } from './ports.ts';
import type { Claim } from './process-record.ts';

export interface DynamoDbOptions {
  /** Folder of the data; made where it is not there. */
  readonly dataDir: string;
  /** Nothing is written there: for those who throw it away, and do not want to wait for files. */
  readonly inMemory?: boolean;
  /** Port on loopback; 0 = any free one. */
  readonly port: number;
  readonly logFile: string;
  readonly tables: readonly CreateTableCommandInput[];
}

export interface DynamoDbServer extends ClaimedServer {
  /** `http://host:port`, as AWS_ENDPOINT_URL_DYNAMODB takes it. */
  readonly endpoint: string;
}

const START_TIMEOUT_MS = 20_000;
const STOP_GRACE_MS = 5_000;

/**
 * Starts dynalite as a child process, creates the tables that are missing, and resolves when it serves. The claim
 * matters: a second process on the same folder starts well and crashes at its first request.
 * @throws LocalError where the data is in use or of another version, or the server ends or stays silent while starting
 */
export async function startDynamoDb(options: DynamoDbOptions): Promise<DynamoDbServer> {
  const { dataDir } = options;
  mkdirSync(dataDir, { recursive: true });
  const text = {
    what: `The DynamoDB data in ${dataDir}`,
    remedy: 'Stop that one first, or use another folder.',
  };
  return startClaimed({ ...options, portTaken: /EADDRINUSE/, text }, (port, held) =>
    startServer(options, port, held),
  );
}

async function startServer(
  { dataDir, inMemory = false, logFile, tables }: DynamoDbOptions,
  port: number,
  held: Claim,
): Promise<DynamoDbServer> {
  const server = await startGuarded({
    command: process.execPath,
    args: [
      join(import.meta.dirname, 'dynamodb-server.ts'),
      String(port),
      ...(inMemory ? [] : [dataDir]),
    ],
    logFile,
  });
  held.noteChild(server);
  const endpoint = `http://${LOOPBACK}:${port}`;
  const listening = new RegExp(`^listening on ${port}$`, 'm');
  const wait = { logFile, listening, timeoutMs: START_TIMEOUT_MS, signal: deathOf(server) };
  try {
    if (!(await answers(endpoint, wait))) throw new Error('it did not answer');
    await ensureTables(endpoint, tables);
  } catch (error) {
    await server.stop(0);
    if (error instanceof LocalError) throw error;
    throw new LocalError(
      `The DynamoDB stand-in did not come up: ${(error as Error).message}. Its last lines:\n${lastWordsOf(logFile)}`,
      `The whole log is in ${logFile}.`,
      { cause: error },
    );
  }
  return { endpoint, ...claimedServer(server, held, { logFile, stopGraceMs: STOP_GRACE_MS }) };
}
