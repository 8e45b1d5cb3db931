import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceFolders } from '../../../plugins/bundle-functions.ts';
import { watchFolders } from '../../../plugins/watch-folders.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'watch-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('watchFolders', () => {
  it('calls once for several changes at a time, and no more after its end', async () => {
    let calls = 0;
    const end = watchFolders([dir, join(dir, 'missing')], () => calls++);
    for (const name of ['a', 'b', 'c']) writeFileSync(join(dir, name), '1');
    await expect.poll(() => calls, { timeout: 5_000 }).toBe(1);
    end();
    writeFileSync(join(dir, 'd'), '1');
    await sleep(300);
    expect(calls).toBe(1);
  });
});

describe('sourceFolders', () => {
  it('names the folders of all that a function imports from its project', async () => {
    mkdirSync(join(dir, 'lib'));
    writeFileSync(join(dir, 'lib/b.ts'), 'export const b = 1;');
    writeFileSync(join(dir, 'a.ts'), "import 'packaged'; export { b } from './lib/b.ts';");
    const folders = await sourceFolders({
      root: dir,
      functions: [{ name: 'a', entry: 'a.ts' }],
      outDir: '',
    });
    expect([...folders].toSorted()).toEqual([dir, join(dir, 'lib')]);
  });
});
