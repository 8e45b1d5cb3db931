import { isDeepStrictEqual } from 'node:util';
import type { Envelope } from '../model/dead-letter.ts';
import { readAvro } from './avro/read.ts';
import { parseAvroSchema, type AvroType } from './avro/schema.ts';
import { toJsonText } from './avro/json-text.ts';
import { writeAvro } from './avro/write.ts';
import { DEAD_LETTER_ENVELOPE_SCHEMA } from './dead-letter-envelope.ts';

export const ENVELOPE_TYPE = parseAvroSchema(DEAD_LETTER_ENVELOPE_SCHEMA);

type Fields = Readonly<Record<string, unknown>>;

/** Types that a registry gave, and whether they are today's: most are, and a projection of each value costs the most. */
const comparedWithToday = new WeakMap<AvroType, boolean>();

/** The envelope by today's schema, without a framing. Total: every envelope that `toEnvelope` makes fits. */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  return writeAvro(ENVELOPE_TYPE, envelope);
}

/**
 * An envelope by the schema that it was written with, today's or another: fields that its writer did not know get their
 * default, and what we do not know stays, as JSON, in `unknownFields`.
 *
 * @param reader today's; a test reads by others
 * @returns what is wrong, where a field without default is missing, or is something else
 * @throws AvroBytesError where the bytes do not fit the schema
 */
export function decodeEnvelope(
  writer: AvroType,
  bytes: Uint8Array,
  reader: AvroType = ENVELOPE_TYPE,
): Envelope | { readonly unreadable: string } {
  const value = readAvro(writer, bytes);
  if (writer.kind !== 'record' || reader.kind !== 'record')
    return { unreadable: 'it is no record' };
  const written = value as Fields;
  const isSame = isSameType(writer, reader);
  const known: Record<string, unknown> = {};
  const unknown = Object.entries(written).filter(
    ([name]) => !reader.fields.some((field) => field.name === name),
  );
  for (const { name, type, fallback } of reader.fields) {
    const field = Object.hasOwn(written, name) ? written[name] : fallback;
    if (!isOf(type, field)) return { unreadable: `field ${name} is missing, or no ${type.kind}` };
    known[name] = isSame ? field : project(type, field);
    // What a nested record has besides would be lost by the projection.
    if (!isSame && toJsonText(known[name]) !== toJsonText(field)) {
      unknown.push([name, field]);
    }
  }
  const envelope = known as unknown as Envelope;
  if (unknown.length === 0) return envelope;
  const unknownFields = JSON.parse(toJsonText(Object.fromEntries(unknown))) as object;
  return { ...envelope, unknownFields };
}

function isSameType(writer: AvroType, reader: AvroType): boolean {
  if (writer === reader) return true;
  if (reader !== ENVELOPE_TYPE) return false;
  const known = comparedWithToday.get(writer) ?? isDeepStrictEqual(writer, reader);
  comparedWithToday.set(writer, known);
  return known;
}

/** The value without what its type does not name. It is one of that type. */
function project(type: AvroType, value: unknown): unknown {
  if (type.kind === 'array') return (value as unknown[]).map((item) => project(type.items, item));
  if (type.kind !== 'record') return value;
  return Object.fromEntries(
    type.fields.map(({ name, type: inner }) => [name, project(inner, (value as Fields)[name])]),
  );
}

/** Whether a value is one of that type; what a record of a newer version has besides is no matter. */
function isOf(type: AvroType, value: unknown): boolean {
  switch (type.kind) {
    case 'null':
      return value === null;
    case 'boolean':
    case 'string':
      return typeof value === type.kind;
    case 'int':
    case 'long':
      return Number.isSafeInteger(value);
    case 'bytes':
      return value instanceof Uint8Array;
    case 'union':
      return type.branches.some((branch) => isOf(branch, value));
    case 'array':
      return Array.isArray(value) && value.every((item) => isOf(type.items, item));
    case 'record': {
      const isObject = typeof value === 'object' && value !== null;
      return isObject && type.fields.every(({ name, type: f }) => isOf(f, (value as Fields)[name]));
    }
    default:
      return false; // The envelope has no other types.
  }
}
