import { AppError } from '../../lib/model/errors.ts';
import type { SchemaRegistry } from '../../lib/ports/schema-registry.ts';

export interface MemorySchemaRegistry extends SchemaRegistry {
  /** While it is true nothing is answered. */
  down: boolean;
  /** What was asked so far. */
  readonly asked: string[];
}

/** A registry in memory; test/contract/schema-registry.test.ts holds it to what the real ones do. */
export function createMemorySchemaRegistry(
  kind: SchemaRegistry['kind'] = 'confluent',
): MemorySchemaRegistry {
  const schemas = new Map<string, string>();
  const answer = (question: string) => {
    registry.asked.push(question);
    if (registry.down) throw new AppError('REGISTRY_UNAVAILABLE', 'the registry in memory is down');
  };
  const newId = () =>
    kind === 'confluent' ? String(schemas.size + 1) : crypto.randomUUID().toLowerCase();
  const registry: MemorySchemaRegistry = {
    kind,
    down: false,
    asked: [],
    async register(subject, schema) {
      answer(`register ${subject}`);
      const known = [...schemas].find(([, text]) => text === schema)?.[0];
      const id = known ?? newId();
      schemas.set(id, schema);
      return id;
    },
    async find(id) {
      answer(`find ${id}`);
      return schemas.get(id);
    },
  };
  return registry;
}
