import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { byText } from '../decide/by-text.ts';

/** A place in a list that is sorted by a time, then by an id; what lies after it comes next. */
export interface ListPlace {
  /** Epoch ms. */
  readonly atMs: number;
  readonly id: string;
}

/** Longest cursor that is looked at, in characters; ours are below 200. */
const CURSOR_CHARS_MAX = 500;

const schema = z.strictObject({
  v: z.literal(1),
  at: z.int(),
  id: z.string().check(z.minLength(1), z.maxLength(200)),
  for: z.string(),
});

/**
 * Place and list → the text that a caller hands back: base64url of JSON, opaque to callers.
 * @param list which list it is: what it was asked for, without limit and cursor; JSON values
 */
export function encodeCursor({ atMs, id }: ListPlace, list: object): string {
  const json = { v: 1, at: atMs, id, for: fingerprint(list) };
  return Buffer.from(JSON.stringify(json), 'utf8').toString('base64url');
}

/** The place that a cursor names, or what is wrong with it, for a person. Total. */
export function decodeCursor(cursor: string, list: object): ListPlace | { fault: string } {
  const parsed = cursor.length > CURSOR_CHARS_MAX ? undefined : parseCursor(cursor);
  if (parsed === undefined) return { fault: 'is none that this API gave' };
  if (parsed.for !== fingerprint(list)) return { fault: 'belongs to another list' };
  return { atMs: parsed.at, id: parsed.id };
}

function parseCursor(cursor: string): z.infer<typeof schema> | undefined {
  const bytes = Buffer.from(cursor, 'base64url');
  // Node skips over characters that are no base64url: only the text that we would write is ours.
  if (bytes.toString('base64url') !== cursor) return undefined;
  try {
    return z.safeParse(schema, JSON.parse(bytes.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

/** The same for the same list, in whatever order its filters were given. */
function fingerprint(list: object): string {
  const entries = Object.entries(list)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => byText(a, b));
  return createHash('sha256').update(JSON.stringify(entries)).digest('base64url').slice(0, 16);
}
