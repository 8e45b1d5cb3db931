import { inflateSync } from 'node:zlib';
import { CONFLUENT_BYTES, CONFLUENT_MAGIC, GLUE_BYTES, GLUE_VERSION, isFramed } from '../framed.ts';

/** Whose framing stands before an Avro value. */
export type FramingKind = 'confluent' | 'glue';

/** A framed value: the id of its writer's schema, and its bytes. */
export interface Framed {
  readonly kind: FramingKind;
  /** Confluent's as a decimal number, Glue's as a UUID. */
  readonly schemaId: string;
  readonly body: Uint8Array;
}

const GLUE_PLAIN = 0x00;
const GLUE_ZLIB = 0x05;

/** What a compressed value may grow to: a record cannot be larger. */
const INFLATED_BYTES_MAX = 16 * 1024 * 1024;

/**
 * The framing of a value (framed.ts tells whether there is one). Never throws.
 * Confluent: 0, then a 4-byte id. Glue: 3, then 0 or 5 (zlib), then the 16 bytes of a schema version's id.
 * https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format
 *
 * @returns undefined: not framed; a text: what is wrong with the framing
 */
export function readFraming(value: Uint8Array): Framed | string | undefined {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (!isFramed(bytes)) return undefined;
  if (bytes[0] === CONFLUENT_MAGIC) {
    const schemaId = String(bytes.readUInt32BE(1));
    return { kind: 'confluent', schemaId, body: bytes.subarray(CONFLUENT_BYTES) };
  }
  const schemaId = toUuid(bytes.subarray(2, GLUE_BYTES));
  const rest = bytes.subarray(GLUE_BYTES);
  if (bytes[1] === GLUE_PLAIN) return { kind: 'glue', schemaId, body: rest };
  if (bytes[1] !== GLUE_ZLIB) {
    return `schema version ${schemaId}: compression byte ${bytes[1]} is neither 0 nor 5`;
  }
  try {
    const body = inflateSync(rest, { maxOutputLength: INFLATED_BYTES_MAX });
    return { kind: 'glue', schemaId, body };
  } catch (error) {
    return `schema version ${schemaId}: its zlib bytes cannot be read (${(error as Error).message})`;
  }
}

/** Puts the id of its schema before a value. The id is one that a registry of that kind gave. */
export function writeFraming(kind: FramingKind, schemaId: string, body: Uint8Array): Uint8Array {
  if (kind === 'glue') {
    const id = Buffer.from(schemaId.replaceAll('-', ''), 'hex');
    return Buffer.concat([Buffer.of(GLUE_VERSION, GLUE_PLAIN), id, body]);
  }
  const header = Buffer.alloc(CONFLUENT_BYTES);
  header.writeUInt32BE(Number(schemaId), 1);
  return Buffer.concat([header, body]);
}

function toUuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
