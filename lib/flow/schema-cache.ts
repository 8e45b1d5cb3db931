import { AvroSchemaError, parseAvroSchema, type AvroType } from '../codec/avro/schema.ts';
import type { SchemaRegistry } from '../ports/schema-registry.ts';

/** A schema of a registry, or why there is none: for good, no waiting heals it. */
export type FoundSchema =
  { readonly ok: true; readonly type: AvroType } | { readonly ok: false; readonly message: string };

/** What a registry said, kept for the life of the execution environment: on a warm path nobody is asked. */
export interface SchemaCache {
  readonly kind: SchemaRegistry['kind'];
  /** Rejects like the registry's own; asked again then. */
  idOf(subject: string, schema: string): Promise<string>;
  /** Rejects like the registry's own; asked again then, and where there was none of that id. */
  find(id: string): Promise<FoundSchema>;
  /** What `find` gave, without asking; undefined where it is not known. */
  known(id: string): FoundSchema | undefined;
}

/** Schemas are never changed; more than this many are not in use at once, so that the oldest may go. */
const SCHEMAS_MAX = 256;

/** Those who ask for the same thing at the same time share one question. */
export function createSchemaCache(registry: SchemaRegistry): SchemaCache {
  const ids = new Map<string, Promise<string>>();
  const asking = new Map<string, Promise<FoundSchema>>();
  const found = new Map<string, FoundSchema>();

  const ask = async (id: string): Promise<FoundSchema> => {
    const schema = toFound(registry.kind, id, await registry.find(id));
    found.set(id, schema);
    const [oldest] = found.keys();
    if (found.size > SCHEMAS_MAX && oldest !== undefined) found.delete(oldest);
    return schema;
  };

  return {
    kind: registry.kind,
    idOf: (subject, schema) =>
      shared(ids, `${subject}\n${schema}`, () => registry.register(subject, schema)),
    find: async (id) => {
      const known = found.get(id);
      if (known?.ok === true) return known;
      try {
        return await shared(asking, id, () => ask(id));
      } finally {
        asking.delete(id);
      }
    },
    known: (id) => found.get(id),
  };
}

function toFound(kind: SchemaRegistry['kind'], id: string, text: string | undefined): FoundSchema {
  const name = kind === 'glue' ? `schema version ${id}` : `schema id ${id}`;
  if (text === undefined) return { ok: false, message: `${name} is not in the schema registry` };
  try {
    return { ok: true, type: parseAvroSchema(text) };
  } catch (error) {
    if (!(error instanceof AvroSchemaError)) throw error;
    return { ok: false, message: `${name} is no Avro schema that is taken here: ${error.message}` };
  }
}

function shared<T>(
  cache: Map<string, Promise<T>>,
  key: string,
  make: () => Promise<T>,
): Promise<T> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  made.catch(() => cache.delete(key));
  return made;
}
