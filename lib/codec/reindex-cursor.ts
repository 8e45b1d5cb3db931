import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { ReindexState } from '../model/reindex.ts';

/** Longest cursor that is looked at, in characters; ours are not longer. */
export const REINDEX_CURSOR_CHARS_MAX = 24_576;

/** Of a remembered id, below 2^48. */
const MET_BYTES = 6;

const SUM_CHARS = 16;

const count = z.int().check(z.nonnegative());
const text = z.string().check(z.maxLength(200));
const offsets = z.strictObject({ lowOffset: count, below: count });
const prefix = z.int().check(z.nonnegative(), z.maximum(2 ** (8 * MET_BYTES)));

const topicSchema = z.strictObject({
  phase: z.literal('topic'),
  partition: count,
  fromPrefix: prefix,
  toPrefix: prefix,
  range: z.nullable(offsets),
  span: z.int().check(z.positive()),
});

const sweepSchema = z.strictObject({ phase: z.literal('sweep'), after: z.nullable(text) });

const tallySchema = z.strictObject({
  group: text,
  since: count,
  counts: z.array(count).check(z.maxLength(20)),
  firstMs: z.nullable(z.int()),
  firstId: z.nullable(text),
  lastMs: z.nullable(z.int()),
});

const countSchema = z.strictObject({
  phase: z.literal('count'),
  after: z.nullable(text),
  more: z.boolean(),
  page: z.array(tallySchema).check(z.maxLength(100)),
  at: count,
  list: count,
  position: z.nullable(z.strictObject({ arrivedAtMs: z.int(), id: text })),
  tries: count,
});

const schema = z.discriminatedUnion('phase', [topicSchema, sweepSchema, countSchema]);

/**
 * State → the text that a caller hands back, opaque to callers: JSON and the remembered ids, each in base64url, and a
 * checksum, with the topic in it, of both. Nothing of a reindex is kept on our side.
 */
export function encodeReindexCursor(state: ReindexState, dlqTopic: string): string {
  const { met, json } = split(state);
  const head = Buffer.from(JSON.stringify(json), 'utf8').toString('base64url');
  const body = `${head}.${writeMet(met).toString('base64url')}`;
  return `${body}.${checksum(body, dlqTopic)}`;
}

/** The state that a cursor holds, or what is wrong with it, for a person. Total. */
export function decodeReindexCursor(
  cursor: string,
  dlqTopic: string,
): ReindexState | { readonly fault: string } {
  const [head = '', met = '', sum, ...more] = cursor.split('.');
  const isOurs =
    cursor.length <= REINDEX_CURSOR_CHARS_MAX &&
    more.length === 0 &&
    sum === checksum(`${head}.${met}`, dlqTopic);
  const json = isOurs ? parseHead(head) : undefined;
  if (json === undefined) {
    return { fault: `is none that this API gave for topic ${dlqTopic}, or not the whole of one` };
  }
  if (json.phase !== 'topic') return json;
  return { ...json, met: readMet(Buffer.from(met, 'base64url')) };
}

function split(state: ReindexState): { readonly met: readonly number[]; readonly json: object } {
  if (state.phase !== 'topic') return { met: [], json: state };
  const { met, ...json } = state;
  return { met, json };
}

function parseHead(head: string): z.infer<typeof schema> | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(head, 'base64url').toString('utf8'));
    return z.safeParse(schema, json).data;
  } catch {
    return undefined;
  }
}

function writeMet(met: readonly number[]): Buffer {
  const bytes = Buffer.alloc(met.length * MET_BYTES);
  met.forEach((prefixOfId, index) => bytes.writeUIntBE(prefixOfId, index * MET_BYTES, MET_BYTES));
  return bytes;
}

function readMet(bytes: Buffer): number[] {
  return Array.from({ length: Math.floor(bytes.length / MET_BYTES) }, (_, index) =>
    bytes.readUIntBE(index * MET_BYTES, MET_BYTES),
  );
}

/** Against a cursor that lost a part of itself on its way, or is another deployment's. */
function checksum(body: string, dlqTopic: string): string {
  const hash = createHash('sha256').update(`${dlqTopic}\n${body}`);
  return hash.digest('base64url').slice(0, SUM_CHARS);
}
