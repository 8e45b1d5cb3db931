import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { unzip } from '../../../../plugins/event-source-mapping/unzip.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'unzip-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

async function zipOf(
  entries: Readonly<Record<string, string>>,
  compress: boolean,
): Promise<string> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(entries)) {
    zip.addBuffer(Buffer.from(text), name, { compress });
  }
  zip.end();
  const file = join(dir, `${compress}.zip`);
  await pipeline(zip.outputStream, createWriteStream(file));
  return file;
}

describe('unzip', () => {
  it.each([true, false])('brings back every file (compressed: %s)', async (compress) => {
    const entries = { 'a.cjs': 'x'.repeat(5_000), 'deep/er/b.json': '{}', 'ü.txt': '' };
    const folder = join(dir, `out-${compress}`);
    unzip(await zipOf(entries, compress), folder);
    for (const [name, text] of Object.entries(entries)) {
      expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
    }
  });

  it('lets nothing out of its folder', async () => {
    const file = await zipOf({ 'aa/evil': 'x' }, false);
    const bytes = readFileSync(file);
    // The same length, in both of the places where a zip names an entry.
    writeFileSync(file, bytes.toString('latin1').replaceAll('aa/evil', '../evil'), 'latin1');
    expect(() => unzip(file, join(dir, 'out'))).toThrow('an entry outside of its folder');
  });

  it('says that a file is no zip', () => {
    const file = join(dir, 'none.zip');
    writeFileSync(file, 'no zip');
    expect(() => unzip(file, join(dir, 'out'))).toThrow(`${file} is no zip`);
  });
});
