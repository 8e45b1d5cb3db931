import { StringDecoder } from 'node:string_decoder';

/** Longer lines are handed on in pieces, so that a stream without line breaks does not fill the memory. */
const LINE_CHARS_MAX = 4 * 1024 * 1024;

/** Calls `onLine` for each line of a byte stream, without its line break; the last one too, where none follows it. */
export function splitLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  stream.on('data', (chunk: Buffer) => {
    const lines = (pending + decoder.write(chunk)).split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (pending.length > LINE_CHARS_MAX) {
      onLine(pending);
      pending = '';
    }
  });
  stream.on('end', () => {
    pending += decoder.end();
    if (pending !== '') onLine(pending);
  });
}
