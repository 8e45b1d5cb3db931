import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalError } from './local-error.ts';
import { unwritable } from './unwritable.ts';
import { identityOf, isRunning, type ProcessIdentity, signalProcess } from './process-identity.ts';

/** What a record file holds: who uses the thing, and the process that serves it. */
interface ProcessRecord {
  readonly owner: ProcessIdentity;
  readonly child?: ProcessIdentity;
}

/** A claim on something that only one process tree may use at a time. */
export interface Claim {
  /** Notes the process that serves, so that the next start finds it where we were killed. */
  noteChild(child: ProcessIdentity): void;
  /** Gives the claim back. Nothing is thrown. */
  release(): void;
}

const REAP_GRACE_MS = 10_000;

/** How a refusal reads. */
export interface ClaimText {
  /** Names the thing, e.g. "The Kafka data in .localstack/kafka". */
  readonly what: string;
  readonly remedy: string;
}

/**
 * Claims what `file` stands for. A claim whose owner runs no more is taken over, and the process that it left behind
 * is stopped first; a process is recognised by its number and its start time, so no foreign one is ever touched.
 * @throws LocalError where a running process holds the claim, or the file cannot be made
 */
export async function claim(file: string, text: ClaimText): Promise<Claim> {
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (error) {
    throw unwritable(dirname(file), error);
  }
  const self = identityOf(process.pid) ?? { pid: process.pid, started: 'unknown' };
  for (let attempt = 0; attempt < 5; attempt++) {
    const owner = await reapAbandoned(file);
    if (owner !== undefined) {
      throw new LocalError(`${text.what} is in use by process ${owner.pid}.`, text.remedy);
    }
    if (create(file, { owner: self })) {
      return {
        noteChild: (child) => replace(file, { owner: self, child }),
        release: () => rmSync(file, { force: true }),
      };
    }
  }
  throw new LocalError(`${text.what} is being claimed by another start.`, 'Start one at a time.');
}

/**
 * Clears away a claim whose owner runs no more, and stops the process that it left behind.
 * @returns the owner, where it runs; undefined where nothing is claimed (any more)
 */
export async function reapAbandoned(file: string): Promise<ProcessIdentity | undefined> {
  const text = readText(file);
  if (text === undefined) return undefined;
  const { owner, child } = parseRecord(text);
  if (isRunning(owner)) return owner;
  if (child !== undefined) await reap(child);
  removeIfStill(file, text);
  return undefined;
}

/** Somebody may have claimed the file since it was read: theirs is put back. */
function removeIfStill(file: string, text: string): void {
  const aside = `${file}.${process.pid}.aside`;
  try {
    renameSync(file, aside);
    if (readText(aside) !== text) linkSync(aside, file);
  } catch {
    // Gone already, or claimed once more: what is there now is not ours to touch.
  }
  rmSync(aside, { force: true });
}

/** Stops a process that a killed start left behind. */
async function reap(child: ProcessIdentity): Promise<void> {
  signalProcess(child, 'SIGTERM');
  for (let waitedMs = 0; isRunning(child) && waitedMs < REAP_GRACE_MS; waitedMs += 50) {
    await sleep(50);
  }
  signalProcess(child, 'SIGKILL');
  for (let waitedMs = 0; isRunning(child) && waitedMs < REAP_GRACE_MS; waitedMs += 50) {
    await sleep(50);
  }
}

/** A link is made whole or not at all: nobody reads half a record. False where the file is there. */
function create(file: string, record: ProcessRecord): boolean {
  const temporary = `${file}.${process.pid}`;
  try {
    writeFileSync(temporary, JSON.stringify(record));
    linkSync(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unwritable(dirname(file), error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function replace(file: string, record: ProcessRecord): void {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(record));
  renameSync(temporary, file);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** An unreadable record claims nothing: it can only come from a disk that was full. */
function parseRecord(text: string): ProcessRecord {
  try {
    const record = JSON.parse(text) as ProcessRecord;
    if (typeof record.owner.pid === 'number') return record;
  } catch {
    // Falls through.
  }
  return { owner: { pid: -1, started: '' } };
}
