import type { Config } from './config.ts';
import { createConfluentRegistry } from './effect/registry/confluent-registry.ts';
import { createGlueRegistry } from './effect/registry/glue-registry.ts';
import { createFramedReader } from './flow/framed-reader.ts';
import { createSchemaCache, type SchemaCache } from './flow/schema-cache.ts';
import type { FramedValues } from './ports/framed-values.ts';

export type RegistryConfig = Pick<
  Config,
  'schemaRegistryUrl' | 'schemaRegistryAuth' | 'schemaRegistryCa' | 'glueRegistry'
>;

/** The execution environment's schema registry, one of the two, with what it said before. */
export function schemasOf(config: RegistryConfig): SchemaCache {
  const { schemaRegistryUrl: url, schemaRegistryAuth: auth, schemaRegistryCa: ca } = config;
  return createSchemaCache(
    config.glueRegistry === ''
      ? createConfluentRegistry({ url, auth, ca })
      : createGlueRegistry({ registry: config.glueRegistry }),
  );
}

/** What reads framed values by that registry. */
export function framedReaderOf(config: RegistryConfig): FramedValues {
  return createFramedReader(schemasOf(config));
}
