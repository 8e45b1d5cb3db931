import { writeFraming } from '../codec/avro/framing.ts';
import { parseAvroSchema } from '../codec/avro/schema.ts';
import { writeAvro } from '../codec/avro/write.ts';
import type { SchemaCache } from './schema-cache.ts';

/** Bytes of values by one schema, framed for the registry, where it is registered under the topic's subject. */
export function createFramedWriter(schemas: SchemaCache, topic: string, schema: string) {
  const type = parseAvroSchema(schema);
  /**
   * @throws AppError REGISTRY_UNAVAILABLE
   * @throws AvroValueError where the value does not fit the schema
   */
  return async (value: object): Promise<Uint8Array> => {
    const id = await schemas.idOf(`${topic}-value`, schema);
    return writeFraming(schemas.kind, id, writeAvro(type, value));
  };
}
