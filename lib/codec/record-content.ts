import * as z from 'zod/mini';
import type { RecordContent } from '../model/record.ts';

/** A record's key, value and headers inside a JSON document: base64, and null where there is none. */
interface RecordContentJson {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: readonly { readonly key: string; readonly value: string | null }[];
}

/** Bytes in JSON. What is no canonical base64 is refused: Node would skip over it and read other bytes. */
export const base64Schema = z.pipe(
  z.string().check(z.refine((text) => toBytes(text).toString('base64') === text, 'no base64')),
  z.transform((text): Uint8Array => toBytes(text)),
);

export const headersSchema = z.array(
  z.object({ key: z.string(), value: z.nullable(base64Schema) }),
);

export const recordContentSchema = z.object({
  key: z.nullable(base64Schema),
  value: z.nullable(base64Schema),
  headers: headersSchema,
});

/** null stays null, and empty stays empty. */
export function base64OrNull(bytes: Uint8Array | null): string | null {
  if (bytes === null) return null;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

export function headersJson(headers: RecordContent['headers']): RecordContentJson['headers'] {
  return headers.map(({ key, value }) => ({ key, value: base64OrNull(value) }));
}

export function recordContentJson(record: RecordContent): RecordContentJson {
  return {
    key: base64OrNull(record.key),
    value: base64OrNull(record.value),
    headers: headersJson(record.headers),
  };
}

function toBytes(text: string): Buffer {
  return Buffer.from(text, 'base64');
}
