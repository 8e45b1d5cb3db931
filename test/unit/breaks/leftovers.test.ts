import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { endLeftovers } from '../../breaks/leftovers.ts';

const IDLE = ['-e', 'process.stdout.write("up"); setInterval(() => {}, 1000)'];

let dir: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'leftovers-')));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(dir, { recursive: true });
});

async function start(args: readonly string[], cwd?: string) {
  const child = spawn(process.execPath, [...IDLE, ...args], { cwd, detached: true });
  children.push(child);
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  return { child, exited };
}

it.runIf(process.platform === 'linux')(
  'ends what works in the folder or names it, and nothing else',
  async () => {
    const named = await start([join(dir, 'a-file')]);
    const working = await start([], dir);
    const other = await start([]);

    expect(await endLeftovers(dir)).toBe(2);

    expect(await named.exited).toEqual([null, 'SIGKILL']);
    expect(await working.exited).toEqual([null, 'SIGKILL']);
    expect(other.child.exitCode ?? other.child.signalCode).toBeNull();
  },
  20_000,
);
