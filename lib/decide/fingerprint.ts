import { hash } from 'node:crypto';
import type { ErrorDetail } from '../model/failure.ts';
import { clipText } from './clip-text.ts';

/** What of a message is looked at, and what of it people read, in UTF-16 units. */
const MESSAGE_CHARS_MAX = 512;
const TITLE_CHARS_MAX = 200;

/** Frames of our own code that tell one cause from another with the same words. */
const FRAMES_MAX = 3;
const FRAME_CHARS_MAX = 60;
const STACK_LINES_MAX = 40;

/** Stands in a title for whatever differs from record to record. */
const PLACEHOLDER = '…';

/** Name of the failures that have one cause, and what people read for it. */
export interface Fingerprint {
  /** 16 hex characters. */
  readonly group: string;
  /** One line: error type and message, with placeholders, and the function that it came from, where that is known. */
  readonly title: string;
}

/**
 * Failures of one cause have one fingerprint: error type, message without its ids, numbers, quoted parts and hex, and the
 * names of the top frames of our own code. Lines and files are left out of these: they change with every deployment, and
 * from function to function. Linear in what it looks at. Pure, total.
 */
export function fingerprint({ type, message, stack }: Omit<ErrorDetail, 'causes'>): Fingerprint {
  const text = withoutVariables(message.slice(0, MESSAGE_CHARS_MAX));
  const frames = ownFrames(stack ?? '');
  const where = frames[0] === undefined ? '' : ` (in ${clipText(frames[0], FRAME_CHARS_MAX)})`;
  const title = clipText(`${type}: ${text}`, TITLE_CHARS_MAX - where.length) + where;
  const parts = JSON.stringify([type, text, frames]);
  return { group: hash('sha256', parts, 'hex').slice(0, 16), title };
}

/** A quotation mark, or a word with what joins its parts. Ranges of letters, for Unicode's classes take ten times as long. */
const TOKEN =
  /["'`“”‘’«»]|[\w\u00c0-\u1fff\u3040-\ud7ff]+(?:[.:@/\\-][\w\u00c0-\u1fff\u3040-\ud7ff]+)*/g;
const MARKS = '"\'`“”‘’«»';
const CLOSING: Readonly<Record<string, string>> = { '“': '”', '‘': '’', '«': '»' };

function withoutVariables(text: string): string {
  const unclosed = new Set<string>();
  let out = '';
  let from = 0;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [token] = match;
    const isMark = MARKS.includes(token);
    const quoted = isMark ? quotedEnd(text, match.index, token, unclosed) : undefined;
    if (quoted !== undefined) TOKEN.lastIndex = quoted;
    const varies = quoted !== undefined || (!isMark && isVariable(token));
    out += text.slice(from, match.index) + (varies ? PLACEHOLDER : token);
    from = TOKEN.lastIndex;
  }
  // A list is as variable as what is in it, and so is its length.
  return (
    (out + text.slice(from))
      .replaceAll(/\s+/g, ' ')
      // A sign belongs to its number.
      .replaceAll(/(^|[ (=:,])[-+]…/g, `$1${PLACEHOLDER}`)
      .replaceAll(/…(?:[,;:/ -]{1,3}…)+/g, PLACEHOLDER)
      .trim()
  );
}

/** Where the quoted part ends; undefined where the mark quotes nothing. */
function quotedEnd(
  text: string,
  start: number,
  mark: string,
  unclosed: Set<string>,
): number | undefined {
  const closing = CLOSING[mark] ?? mark;
  // An apostrophe inside a word opens nothing; and what is closed nowhere is looked for once.
  if (mark === "'" && /[\w\u00c0-\u1fff]$/.test(text.charAt(start - 1))) return undefined;
  if (unclosed.has(mark)) return undefined;
  const end = text.indexOf(closing, start + 1);
  if (end !== -1) return end + 1;
  unclosed.add(mark);
  return undefined;
}

/** Ids, numbers, times, addresses: whatever has a digit; and long hex without one. */
function isVariable(word: string): boolean {
  return /\d/.test(word) || /^[0-9a-f]{8,}$/i.test(word);
}

/** Names of the functions, not of Node and not of packages; those without a name say nothing. */
function ownFrames(stack: string): readonly string[] {
  const names: string[] = [];
  for (const line of stack.split('\n', STACK_LINES_MAX)) {
    const frame = /^\s*at (?:async |new )*([^\s(]+)[^(]* \(([^)]*)/.exec(line);
    if (frame === null) continue;
    const [, name = '', place = ''] = frame;
    if (/^node:|[\\/]node_modules[\\/]|^native|^<anonymous>/.test(place)) continue;
    names.push(name.split('.').at(-1) ?? name);
    if (names.length === FRAMES_MAX) break;
  }
  return names;
}
