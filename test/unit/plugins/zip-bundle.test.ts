import { chmodSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { zipBundle } from '../../../plugins/zip-bundle.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'zip-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** The zip of a file with this content, last changed then, with these rights. */
async function zipOf(content: string, changed: Date, mode: number): Promise<Buffer> {
  const folder = mkdtempSync(join(dir, 'f-'));
  const file = join(folder, 'a.cjs');
  writeFileSync(file, content);
  chmodSync(file, mode);
  utimesSync(file, changed, changed);
  const zip = join(folder, 'out', 'a.zip');
  await zipBundle(file, zip);
  return readFileSync(zip);
}

it('equal content gives equal bytes, whenever and by whomever it was written', async () => {
  const one = await zipOf('exports.handler = 1;', new Date('2001-01-01'), 0o600);
  const other = await zipOf('exports.handler = 1;', new Date('2026-06-06'), 0o755);

  expect(one.equals(other)).toBe(true);
  expect(one.equals(await zipOf('exports.handler = 2;', new Date('2001-01-01'), 0o600))).toBe(
    false,
  );
});

// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.12 (central directory header), 4.4.6 (date and time)
it('has the same time in every time zone, and a file that Lambda may read', async () => {
  const zip = await zipOf('x', new Date(), 0o600);
  const at = zip.indexOf('PK\u0001\u0002', 0, 'latin1');

  expect({
    time: zip.readUInt16LE(at + 12),
    date: zip.readUInt16LE(at + 14),
    // One of them would be the time in UTC.
    extraFieldsBytes: zip.readUInt16LE(at + 30),
    mode: zip.readUInt32LE(at + 38) >>> 16,
  }).toEqual({ time: 0, date: (1 << 5) | 1, extraFieldsBytes: 0, mode: 0o100644 });
});
