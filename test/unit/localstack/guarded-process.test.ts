import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GuardedProcess, startGuarded } from '../../../localstack/guarded-process.ts';
import { identityOf, isRunning } from '../../../localstack/process-identity.ts';
import { until } from '../../support/until.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'guarded-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const start = (script: string): Promise<GuardedProcess> =>
  startGuarded({ command: 'sh', args: ['-c', script], logFile: join(dir, 'log') });

const logged = () => readFileSync(join(dir, 'log'), 'utf8');

describe('startGuarded', () => {
  it('starts the command, whose number it tells, and stops it', async () => {
    const started = await start('exec sleep 300');
    expect(isRunning(started)).toBe(true);

    const { code } = await started.stop(5_000);

    expect(code).toBe(128 + 15);
    expect(isRunning(started)).toBe(false);
  });

  it('tells the exit code of a command that ends by itself, and keeps what it wrote', async () => {
    const started = await start('echo out; echo err >&2; exit 7');

    expect(await started.exited).toEqual({ code: 7 });
    expect(logged()).toMatch(/out\nerr\n/);
  });

  it('kills what does not end in time', async () => {
    const started = await start('trap "" TERM; echo deaf; while :; do sleep 0.1; done');
    await until('the trap is set', () => (logged().includes('deaf') ? true : undefined));

    const { code } = await started.stop(300);

    expect(code).toBe(128 + 9);
  });

  it('ends with 127 where there is no such program', async () => {
    const started = await startGuarded({
      command: 'no-such-program',
      args: [],
      logFile: join(dir, 'log'),
    });

    expect(await started.exited).toEqual({ code: 127 });
  });

  it('takes the command with it when its parent is killed', async () => {
    const parent = await parentOf('sleep', '300');
    const child = identityOf(parent.childPid);

    parent.process.kill('SIGKILL');

    await until('the command has ended', () =>
      child !== undefined && !isRunning(child) ? true : undefined,
    );
    expect(parent.childPid).toBeGreaterThan(1);
  });
});

/** A process of its own that has started a guarded command. */
async function parentOf(command: string, ...args: string[]) {
  const module = join(import.meta.dirname, '../../../localstack/guarded-process.ts');
  const script = `
    const { startGuarded } = await import(${JSON.stringify(module)});
    const started = await startGuarded(${JSON.stringify({ command, args, logFile: join(dir, 'log') })});
    console.log(started.pid);
    setInterval(() => {}, 1000);`;
  const parent: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const childPid = await new Promise<number>((resolve) => {
    parent.stdout?.once('data', (chunk: Buffer) => resolve(Number(chunk.toString())));
  });
  return { process: parent, childPid };
}
