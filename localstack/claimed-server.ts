import { setTimeout as sleep } from 'node:timers/promises';
import type { GuardedProcess, ProcessEnd } from './guarded-process.ts';
import { beginLog, hasLogged } from './log-tail.ts';
import { freePort } from './ports.ts';
import { claim, type Claim, type ClaimText } from './process-record.ts';

const LOG_BYTES_MAX = 16 * 1024 * 1024;
const PORT_ATTEMPTS = 3;
const LOOK_AGAIN_MS = 30;

/** A server of the local stack that serves. */
export interface ClaimedServer {
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when the server has ended, however it did; never rejects. */
  readonly exited: Promise<ProcessEnd>;
  /** SIGTERM, and SIGKILL after a grace of its own. Resolves when it has ended; never rejects. */
  stop(): Promise<void>;
  /** SIGKILL. Resolves when it has ended; never rejects. */
  kill(): Promise<void>;
  /** Any signal, e.g. SIGSTOP and SIGCONT. */
  signal(signal: NodeJS.Signals): void;
}

export interface ClaimedStart {
  /** Folder of the data, which one process at a time may have. */
  readonly dataDir: string;
  /** Gets what the server says; one file that grew over 16 MiB is put aside at a start. */
  readonly logFile: string;
  /** Port on loopback; 0 = any free one. */
  readonly port: number;
  /** What the log says where somebody else has the port. */
  readonly portTaken: RegExp;
  readonly text: ClaimText;
  readonly signal?: AbortSignal | undefined;
  /** Once, before the first try. */
  readonly prepare?: () => Promise<void>;
}

/**
 * Starts a server that has its data folder for itself. A free port may be taken by somebody else before the server binds
 * it: then another one is tried.
 * @throws LocalError where the data is in use; and what `startOn` throws
 */
export async function startClaimed<T>(
  { dataDir, logFile, port: wanted, portTaken, text, signal, prepare }: ClaimedStart,
  startOn: (port: number, held: Claim) => Promise<T>,
): Promise<T> {
  const held = await claim(`${dataDir}.process.json`, text);
  try {
    beginLog(logFile, LOG_BYTES_MAX);
    await prepare?.();
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const port = wanted === 0 ? await freePort() : wanted;
      try {
        return await startOn(port, held);
      } catch (error) {
        const taken = hasLogged(logFile, portTaken);
        if (!taken || wanted !== 0 || attempt === PORT_ATTEMPTS) throw error;
      }
    }
  } catch (error) {
    held.release();
    throw error;
  }
}

/** Aborts when the process has ended. */
export function deathOf({ exited }: GuardedProcess): AbortSignal {
  const died = new AbortController();
  void exited.then(() => died.abort());
  return died.signal;
}

/** What a server did instead of serving, for a person. */
export async function faultOf(
  { exited }: GuardedProcess,
  died: AbortSignal,
  timeoutMs: number,
): Promise<string> {
  if (died.aborted) return `ended (exit code ${(await exited).code})`;
  return `did not answer within ${timeoutMs / 1000} s`;
}

/** A process that serves; the claim ends with it. */
export function claimedServer(
  process: GuardedProcess,
  held: Claim,
  { logFile, stopGraceMs }: { readonly logFile: string; readonly stopGraceMs: number },
): ClaimedServer {
  return {
    pid: process.pid,
    logFile,
    exited: process.exited.finally(() => held.release()),
    stop: async () => void (await process.stop(stopGraceMs)),
    kill: async () => {
      process.signal('SIGKILL');
      await process.exited;
    },
    signal: (name) => process.signal(name),
  };
}

export interface AnswerWait {
  readonly logFile: string;
  /** What the server's log says once it listens on its port. */
  readonly listening: RegExp;
  readonly timeoutMs: number;
  /** Aborts the wait. */
  readonly signal: AbortSignal;
}

/**
 * Whether our server answers a GET with success in time. It has to have said that it listens: where two starts took one
 * port at once, the other's server answers there, and ours is about to end. Never rejects.
 */
export async function answers(
  url: string,
  { logFile, listening, timeoutMs, signal }: AnswerWait,
): Promise<boolean> {
  const untilMs = Date.now() + timeoutMs;
  while (Date.now() < untilMs && !signal.aborted) {
    if (hasLogged(logFile, listening)) {
      const answer = await fetch(url, { signal }).catch(() => undefined);
      if (answer?.ok === true) return true;
    }
    await sleep(LOOK_AGAIN_MS);
  }
  return false;
}
