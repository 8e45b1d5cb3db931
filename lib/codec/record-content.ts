import * as z from 'zod/mini';
import type { RecordContent, RecordHeader } from '../model/record.ts';
import { decodeHeaderBlock, encodeHeaderBlock } from './header-block.ts';

/** A record's key, value and headers inside a JSON document: base64, and null where there is none. */
interface RecordContentJson {
  readonly key: string | null;
  readonly value: string | null;
  /** One block (header-block.ts). */
  readonly headers: string;
}

/** Bytes in JSON. What is no canonical base64 is refused: Node would skip over it and read other bytes. */
export const base64Schema = z.pipe(
  z.string().check(z.refine((text) => toBytes(text).toString('base64') === text, 'no base64')),
  z.transform((text): Uint8Array => toBytes(text)),
);

export const headersSchema = z.pipe(
  base64Schema,
  z.transform((block, context): readonly RecordHeader[] => {
    const headers = decodeHeaderBlock(block);
    if (!('unreadable' in headers)) return headers;
    context.issues.push({ code: 'custom', message: headers.unreadable, input: block });
    return [];
  }),
);

export const recordContentSchema = z.object({
  key: z.nullable(base64Schema),
  value: z.nullable(base64Schema),
  headers: headersSchema,
});

/** What a record's content takes before it is base64. */
export function contentBytes({ key, value, headers }: RecordContent): number {
  return (key?.length ?? 0) + (value?.length ?? 0) + encodeHeaderBlock(headers).length;
}

/** null stays null, and empty stays empty. */
export function base64OrNull(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : toBase64(bytes);
}

/** All headers in one text. */
export function headersJson(headers: RecordContent['headers']): string {
  return toBase64(encodeHeaderBlock(headers));
}

export function recordContentJson(record: RecordContent): RecordContentJson {
  return {
    key: base64OrNull(record.key),
    value: base64OrNull(record.value),
    headers: headersJson(record.headers),
  };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function toBytes(text: string): Buffer {
  return Buffer.from(text, 'base64');
}
