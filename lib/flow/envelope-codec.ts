import { AvroBytesError } from '../codec/avro/read.ts';
import { readFraming, writeFraming } from '../codec/avro/framing.ts';
import { DEAD_LETTER_ENVELOPE_SCHEMA } from '../codec/dead-letter-envelope.ts';
import { decodeEnvelope, encodeEnvelope, ENVELOPE_TYPE } from '../codec/envelope.ts';
import type { EnvelopeCodec } from '../ports/envelope-codec.ts';
import type { SchemaCache } from './schema-cache.ts';

/** Envelopes in Avro, framed for the registry that is configured; their subject is the DLQ topic's. */
export function createEnvelopeCodec(schemas: SchemaCache, dlqTopic: string): EnvelopeCodec {
  const ownId = () => schemas.idOf(`${dlqTopic}-value`, DEAD_LETTER_ENVELOPE_SCHEMA);
  let written: string | undefined;
  return {
    async encode(envelope) {
      written = await ownId();
      return writeFraming(schemas.kind, written, encodeEnvelope(envelope));
    },

    async decode(bytes) {
      const framed = readFraming(bytes);
      if (framed === undefined) return { unreadable: 'no envelope: no Avro value of a registry' };
      if (typeof framed === 'string') return { unreadable: `no envelope: ${framed}` };
      if (framed.kind !== schemas.kind) {
        return { unreadable: `no envelope of this registry: it is framed for ${framed.kind}` };
      }
      const schema =
        framed.schemaId === written
          ? { ok: true as const, type: ENVELOPE_TYPE }
          : await schemas.find(framed.schemaId);
      if (!schema.ok) return { unreadable: `no envelope: ${schema.message}` };
      try {
        return decodeEnvelope(schema.type, framed.body);
      } catch (error) {
        if (!(error instanceof AvroBytesError)) throw error;
        return { unreadable: `no envelope by schema ${framed.schemaId}: ${error.message}` };
      }
    },
  };
}
