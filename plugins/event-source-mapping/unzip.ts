import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const END_BYTES = 22;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

/**
 * Unpacks a zip, as Lambda does with a function's package (no Zip64: packages are at most 250 MB).
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16
 * @throws Error where the file is no zip, or an entry would lie outside of the folder
 */
export function unzip(file: string, folder: string): void {
  const zip = readFileSync(file);
  const end = endOf(zip, file);
  let at = zip.readUInt32LE(end + 16);
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    if (zip.readUInt32LE(at) !== ENTRY) throw new Error(`${file} is a damaged zip`);
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((by) =>
      zip.readUInt16LE(at + by),
    );
    const nameEnd = at + ENTRY_BYTES + (nameBytes ?? 0);
    const name = zip.toString('utf8', at + ENTRY_BYTES, nameEnd);
    if (!name.endsWith('/')) writeEntry(join(folder, name), folder, contentOf(zip, at, file));
    at = nameEnd + (extraBytes ?? 0) + (commentBytes ?? 0);
  }
}

function writeEntry(path: string, folder: string, content: Buffer): void {
  if (!resolve(path).startsWith(resolve(folder) + sep)) {
    throw new Error(`The zip has an entry outside of its folder: ${path}`);
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Sizes stand in the central directory: a streamed zip has none in front of the content. */
function contentOf(zip: Buffer, entry: number, file: string): Buffer {
  const method = zip.readUInt16LE(entry + 10);
  const local = zip.readUInt32LE(entry + 42);
  const from = local + LOCAL_BYTES + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const content = zip.subarray(from, from + zip.readUInt32LE(entry + 20));
  if (method === STORED) return content;
  if (method === DEFLATED) return inflateRawSync(content);
  throw new Error(`${file} is compressed in a way that is not supported (${method})`);
}

/** The end record stands last, before a comment of at most 64 KB. */
function endOf(zip: Buffer, file: string): number {
  for (let at = zip.length - END_BYTES; at >= Math.max(0, zip.length - 65_557); at--) {
    if (zip.readUInt32LE(at) === END) return at;
  }
  throw new Error(`${file} is no zip`);
}
