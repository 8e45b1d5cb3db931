import { readFraming } from '../codec/avro/framing.ts';
import { toJsonText } from '../codec/avro/json-text.ts';
import { AvroBytesError, readAvro } from '../codec/avro/read.ts';
import type { FramedText, FramedValues } from '../ports/framed-values.ts';
import type { SchemaCache } from './schema-cache.ts';

const REGISTRIES = { confluent: 'a Confluent-compatible registry', glue: 'AWS Glue' } as const;

/** Reads framed values by the schemas that they were written with. */
export function createFramedReader(schemas: SchemaCache): FramedValues {
  // A value's id is asked for at every log line about it.
  const texts = new WeakMap<Uint8Array, FramedText>();

  const toText = (value: Uint8Array): FramedText | undefined => {
    const framed = readFraming(value);
    if (framed === undefined) return undefined;
    if (typeof framed === 'string') return { unreadable: `The value is no Avro: ${framed}` };
    const { kind, schemaId, body } = framed;
    if (kind !== schemas.kind) {
      // Asked for all the same, the answer could be "not allowed" for ever, and the record would never settle.
      const message = `The value is framed for ${REGISTRIES[kind]} (schema ${schemaId}), and this service has ${REGISTRIES[schemas.kind]}`;
      return { unreadable: message };
    }
    const schema = schemas.known(schemaId);
    if (schema === undefined)
      return { unreadable: `The schema of id ${schemaId} is not known yet` };
    if (!schema.ok) return { unreadable: `The value is no order: ${schema.message}` };
    try {
      return { text: toJsonText(readAvro(schema.type, body)) };
    } catch (error) {
      if (!(error instanceof AvroBytesError)) throw error;
      const message = `The value does not fit its schema ${schemaId}: ${error.message}`;
      return { unreadable: message };
    }
  };

  return {
    async prepare(value) {
      const framed = readFraming(value);
      const isOurs = typeof framed === 'object' && framed.kind === schemas.kind;
      if (isOurs) await schemas.find(framed.schemaId);
      const text = toText(value);
      if (text !== undefined) texts.set(value, text);
    },
    textOf: (value) => texts.get(value) ?? toText(value),
  };
}
