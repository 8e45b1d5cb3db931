import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** ZIP's first year, in local time as the format has it: equal input gives equal bytes, in every time zone. */
const EPOCH = new Date(1980, 0, 1);

/** Writes a zip with that one file in it, byte-identical for equal content. Rejects with the file system's error. */
export async function zipBundle(file: string, zipPath: string): Promise<void> {
  await mkdir(dirname(zipPath), { recursive: true });
  const zip = new ZipFile();
  zip.addFile(file, basename(file), {
    mtime: EPOCH,
    mode: 0o100644,
    forceDosTimestamp: true,
    compressionLevel: 9,
  });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(zipPath));
}
