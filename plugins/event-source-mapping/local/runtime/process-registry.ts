import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** A process, told apart from a later one that was given the same number. */
interface ProcessIdentity {
  readonly pid: number;
  /** Boot and start time, as the system tells them. */
  readonly started: string;
}

interface RegistryFile {
  readonly owner: ProcessIdentity;
  readonly children: readonly ProcessIdentity[];
}

/**
 * The processes of an event source, in a file. A process that is stopped (frozen) cannot notice that its parent was
 * killed: the next start of anybody's event source finds it here.
 */
export interface ProcessRegistry {
  add(pid: number): void;
  remove(pid: number): void;
  /** Forgets all of it. */
  close(): void;
}

/** One folder for each user of the machine. */
export function registryDir(): string {
  return join(tmpdir(), `event-source-mapping-${userInfo().username}`);
}

/**
 * Ends what killed event sources left behind, and opens a registry of one's own. Nothing is thrown: where the folder
 * cannot be had, or is somebody else's, nothing is kept.
 */
export function openProcessRegistry(dir: string = registryDir()): ProcessRegistry {
  const file = join(dir, `${process.pid}-${randomUUID()}.json`);
  const owner = identityOf(process.pid);
  const children = new Map<number, ProcessIdentity>();
  const isUsable = owner !== undefined && prepare(dir);
  if (isUsable) reap(dir);

  function write(): void {
    if (owner === undefined || !isUsable) return;
    const content: RegistryFile = { owner, children: [...children.values()] };
    try {
      writeFileSync(`${file}.tmp`, JSON.stringify(content), { mode: 0o600 });
      renameSync(`${file}.tmp`, file);
    } catch {
      // A full disk must not keep functions from running.
    }
  }

  return {
    add(pid) {
      const identity = identityOf(pid);
      if (identity === undefined) return;
      children.set(pid, identity);
      write();
    },
    remove(pid) {
      if (children.delete(pid)) write();
    },
    close() {
      children.clear();
      rmSync(file, { force: true });
    },
  };
}

/** Whoever else can write there could name processes of ours to be killed. */
function prepare(dir: string): boolean {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(dir);
    return lstatSync(dir).isDirectory() && uid === process.getuid?.() && (mode & 0o022) === 0;
  } catch {
    return false;
  }
}

function reap(dir: string): void {
  for (const name of readdirSync(dir)) {
    if (!name.endsWith('.json')) continue;
    const file = join(dir, name);
    const content = read(file);
    if (content === undefined || isRunning(content.owner)) continue;
    for (const child of content.children) if (isRunning(child)) killGroup(child.pid);
    rmSync(file, { force: true });
  }
}

function read(file: string): RegistryFile | undefined {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as RegistryFile;
    return Array.isArray(content.children) ? content : undefined;
  } catch {
    return undefined;
  }
}

/** Each leads a process group of its own. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

function isRunning({ pid, started }: ProcessIdentity): boolean {
  return identityOf(pid)?.started === started;
}

/** Undefined where there is no such process. */
function identityOf(pid: number): ProcessIdentity | undefined {
  try {
    const started = process.platform === 'linux' ? startedOnLinux(pid) : startedByPs(pid);
    return started === '' ? undefined : { pid, started };
  } catch {
    return undefined;
  }
}

/** Field 22 of /proc/PID/stat: start in ticks since boot (proc(5)); the name before it may hold spaces. */
function startedOnLinux(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return fields[0] === 'Z' ? '' : `${boot}/${fields[19]}`;
}

function startedByPs(pid: number): string {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env }).trim();
}
