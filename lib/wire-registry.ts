import { createFramedValues } from './flow/framed-values.ts';
import { AppError } from './model/errors.ts';
import type { FramedValues } from './ports/framed-values.ts';
import type { RegistryConfig } from './wire-schemas.ts';

/**
 * Refuses a configuration without a schema registry. That two are named is a fault of the configuration as such.
 * @throws AppError CONFIG_INVALID
 */
export function requireRegistry<T extends RegistryConfig>(config: T): T {
  if (config.schemaRegistryUrl !== '' || config.glueRegistry !== '') return config;
  throw new AppError(
    'CONFIG_INVALID',
    'Configuration:\n- neither SCHEMA_REGISTRY_URL nor GLUE_SCHEMA_REGISTRY is set: write the address of a Confluent-compatible registry, or the name of one in AWS Glue',
  );
}

/**
 * Values that may be Avro. What reads them is loaded when the first one comes: a function that sees JSON alone starts
 * without it.
 * @throws AppError CONFIG_INVALID
 */
export function framedValuesOf(config: RegistryConfig): FramedValues {
  requireRegistry(config);
  return createFramedValues(async () => (await import('./wire-schemas.ts')).framedReaderOf(config));
}
