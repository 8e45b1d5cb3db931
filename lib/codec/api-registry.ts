import * as z from 'zod/mini';

/** What the API description says of a schema beside its rules. */
export interface ApiMeta {
  /** Name under `#/components/schemas`; without one the schema is described in place. */
  readonly id?: string;
  readonly description?: string;
  readonly examples?: unknown[];
  readonly format?: string;
  readonly default?: unknown;
  readonly [key: string]: unknown;
}

/**
 * The descriptions of the API's schemas: the same schemas validate requests and make the OpenAPI document. A registry
 * of our own, because zod's global one belongs to whoever else uses zod in this process.
 */
export const apiRegistry = z.registry<ApiMeta>();

/** The schema with a description in the API document. */
export function described<T extends z.core.$ZodType>(schema: T, meta: ApiMeta): T {
  apiRegistry.add(schema, meta);
  return schema;
}
