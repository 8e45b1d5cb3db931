import { createConfluentRegistry } from '../../lib/effect/registry/confluent-registry.ts';
import { createEnvelopeCodec } from '../../lib/flow/envelope-codec.ts';
import { createSchemaCache } from '../../lib/flow/schema-cache.ts';
import { createMemorySchemaRegistry } from './memory-schema-registry.ts';

/** Envelopes of a test without servers. */
export const memoryEnvelopeCodec = createEnvelopeCodec(
  createSchemaCache(createMemorySchemaRegistry()),
  'order-events-dlq',
);

/** Envelopes by a real registry, as a foreign environment reads and writes them. */
export function realEnvelopeCodec(schemaRegistryUrl: string, dlqTopic: string) {
  const registry = createConfluentRegistry({ url: schemaRegistryUrl });
  return createEnvelopeCodec(createSchemaCache(registry), dlqTopic);
}
