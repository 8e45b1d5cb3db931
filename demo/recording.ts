import { writeFileSync } from 'node:fs';
import type { Line } from './line.ts';
import { drawPicture, LINES_MAX, type Picture } from './picture/picture.ts';
import type { Note } from './picture/timing.ts';

/** What the demo says, kept for a picture of it. */
export interface Recording {
  note(line: Line): void;
  /** @throws Error of Node's file system */
  write(): Picture;
}

const CAPTION = {
  command: 'npm run demo',
  title: 'The demo of the order service, in a terminal',
  description:
    'A local stack starts. A good order is processed. An order that fails every time is tried again after 1, 2 and 4 seconds, ' +
    'while others go on, and becomes a dead letter. A flaky one recovers. Bytes that are no order, and a record without ' +
    'value, become dead letters. Each claim is checked, and all checks hold.',
};

/** Lines that say only that something takes long: in the picture nothing does, and elsewhere they are others. */
const WAITING = /^ *(fetching|fetched|still starting|waiting for)\b/;

/**
 * @param elapsedMs time since the demo began
 * @param folders what stands for folders of this machine, which are nobody else's business
 */
export function createRecording(
  file: string,
  elapsedMs: () => number,
  folders: readonly (readonly [path: string, instead: string])[],
): Recording {
  const notes: Note[] = [];
  const shortened = (text: string) =>
    folders.reduce((short, [path, instead]) => short.replaceAll(path, instead), text);
  return {
    note(line) {
      // One more than is drawn: the picture then says that there was more.
      if (notes.length > LINES_MAX || line.some(({ text }) => WAITING.test(text))) return;
      const spans = line.map((span) => ({ ...span, text: shortened(span.text) }));
      notes.push({ line: spans, atMs: elapsedMs() });
    },
    write() {
      const picture = drawPicture(notes, CAPTION);
      writeFileSync(file, picture.svg);
      return picture;
    },
  };
}
