import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  identityOf,
  isRunning,
  type ProcessIdentity,
} from '../../../localstack/process-identity.ts';
import { claim, reapAbandoned } from '../../../localstack/process-record.ts';

const TEXT = { what: 'The thing', remedy: 'Wait.' };
const GONE: ProcessIdentity = { pid: process.pid, started: 'some other boot/1' };

let dir: string;
let file: string;
let sleeper: ChildProcess;
let sleeping: ProcessIdentity;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'claim-'));
  file = join(dir, 'thing.process.json');
  sleeper = spawn('sleep', ['300']);
  await once(sleeper, 'spawn');
  sleeping = identityOf(sleeper.pid ?? 0) ?? GONE;
});
afterEach(() => {
  sleeper.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

const write = (record: object) => writeFileSync(file, JSON.stringify(record));

describe('claim', () => {
  it('is refused while its owner runs, and names it', async () => {
    write({ owner: sleeping });

    await expect(claim(file, TEXT)).rejects.toThrow(
      `The thing is in use by process ${sleeping.pid}`,
    );
    expect(isRunning(sleeping)).toBe(true);
  });

  it('is refused to the process that holds it already', async () => {
    const held = await claim(file, TEXT);

    await expect(claim(file, TEXT)).rejects.toThrow(`in use by process ${process.pid}`);
    held.release();
    (await claim(file, TEXT)).release();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('is taken over from a killed owner, whose process is stopped first', async () => {
    write({ owner: GONE, child: sleeping });

    const held = await claim(file, TEXT);

    expect(isRunning(sleeping)).toBe(false);
    held.release();
  });

  it('never touches a process that merely has the number of the one left behind', async () => {
    write({ owner: GONE, child: { pid: sleeping.pid, started: 'some other boot/2' } });

    (await claim(file, TEXT)).release();

    expect(isRunning(sleeping)).toBe(true);
  });

  it.each(['', '{', 'null', '{"owner":5}'])(
    'is taken over where the record is "%s"',
    async (text) => {
      writeFileSync(file, text);

      (await claim(file, TEXT)).release();

      expect(existsSync(file)).toBe(false);
    },
  );

  it('says so where its folder cannot be made, and what to do', async () => {
    writeFileSync(file, '');

    await expect(claim(join(file, 'kafka.process.json'), TEXT)).rejects.toMatchObject({
      name: 'LocalError',
      message: expect.stringMatching(/thing\.process\.json cannot be written: E/),
      remedy: expect.stringContaining('LOCALSTACK_DIR'),
    });
  });

  it('says so where its folder takes no file', async () => {
    // Root may write to any folder but this one.
    await expect(claim('/proc/thing.process.json', TEXT)).rejects.toMatchObject({
      name: 'LocalError',
      message: expect.stringMatching(/^\/proc cannot be written: E/),
    });
  });

  it('goes to one of many that ask at once', async () => {
    write({ owner: GONE });

    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => claim(file, TEXT)));

    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

it('reapAbandoned tells the owner that runs, and leaves its process alone', async () => {
  const owner = identityOf(process.pid);
  write({ owner, child: sleeping });

  expect(await reapAbandoned(file)).toEqual(owner);
  expect(isRunning(sleeping)).toBe(true);
});

it('reapAbandoned stops what a killed owner left, and clears the record away', async () => {
  write({ owner: GONE, child: sleeping });

  expect(await reapAbandoned(file)).toBeUndefined();
  expect(isRunning(sleeping)).toBe(false);
  expect(existsSync(file)).toBe(false);
});

it('a process has one identity for as long as it runs', () => {
  expect(identityOf(sleeping.pid)).toEqual(sleeping);
  expect(identityOf(2 ** 30)).toBeUndefined();
});
