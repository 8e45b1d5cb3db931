import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * Processes that have the folder in their command line or environment, or work in it; we ourselves are none. Linux alone
 * tells: elsewhere none are found.
 */
export function processesOf(dir: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      [textOf(pid, 'cmdline'), textOf(pid, 'environ'), cwdOf(pid)].some((text) =>
        text.includes(dir),
      ),
    )
    .map(Number);
}

function textOf(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function cwdOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

/** Whether there is such a process. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** SIGKILL, for one that may have ended by itself. */
export function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has.
  }
}
