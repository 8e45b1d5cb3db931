import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Of Linux, whatever the kernel's own clock: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const TICKS_PER_SECOND = 100;

/** Resident memory of a process and its children, in bytes. */
export async function memoryOf(pid: number): Promise<number> {
  const sizes = await Promise.all((await family(pid)).map(residentBytes));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/** Processor time that a process and its children have used so far, in milliseconds, to the hundredth of a second. */
export async function cpuMsOf(pid: number): Promise<number> {
  const times = await Promise.all((await family(pid)).map(cpuTicks));
  return (times.reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_SECOND) * 1000;
}

async function family(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,comm=']);
  const children = stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, command]) => parent === String(pid) && command !== 'ps')
    .map(([child]) => Number(child));
  return [pid, ...children];
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

async function cpuTicks(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name, in brackets, may hold anything; utime and stime are the 12th and 13th field after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}
