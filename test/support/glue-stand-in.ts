import { randomUUID } from 'node:crypto';

/** What Glue's schema registry answers, and what the question was about, in the words of IAM. */
export interface GlueAnswer {
  readonly status: number;
  readonly json: unknown;
  readonly resources: readonly string[];
}

export interface GlueStandIn {
  answer(operation: string, question: string): GlueAnswer;
  /** Of the first version of a schema; undefined where there is none. */
  versionIdOf(schemaName: string): string | undefined;
}

interface Version {
  readonly schema: string;
  readonly definition: string;
}

/**
 * The four calls of AWS Glue that the service makes, for one registry; test/contract/schema-registry.test.ts holds it to
 * what the others do. It knows nothing of compatibility.
 */
export function createGlueStandIn(registry: string): GlueStandIn {
  const versions = new Map<string, Version>();
  const find = (wanted: (version: Version) => boolean) =>
    [...versions].find(([, version]) => wanted(version))?.[0];
  const found = (id: string | undefined) =>
    id === undefined
      ? [400, { __type: 'EntityNotFoundException', Message: 'not found' }]
      : [200, { SchemaVersionId: id, Status: 'AVAILABLE', SchemaVersionStatus: 'AVAILABLE' }];
  const add = (schema: string, definition: string) => {
    const known = find((one) => one.schema === schema && one.definition === definition);
    const id = known ?? randomUUID();
    versions.set(id, { schema, definition });
    return id;
  };
  const reply = (operation: string, schema: string, question: Record<string, string>) => {
    const { SchemaDefinition: definition = '', SchemaVersionId: id = '' } = question;
    const isThere = find((one) => one.schema === schema) !== undefined;
    switch (operation) {
      case 'GetSchemaByDefinition':
        return found(find((one) => one.schema === schema && one.definition === definition));
      case 'RegisterSchemaVersion':
        return found(isThere ? add(schema, definition) : undefined);
      case 'CreateSchema':
        return found(add(schema, definition));
      case 'GetSchemaVersion': {
        const [status, json] = found(versions.has(id) ? id : undefined);
        return [status, { ...(json as object), SchemaDefinition: versions.get(id)?.definition }];
      }
      default:
        return [403, { __type: 'AccessDeniedException', Message: operation }];
    }
  };
  return {
    answer(operation, question) {
      const asked = JSON.parse(question) as Record<string, string> & {
        SchemaId?: { RegistryName: string; SchemaName: string };
        RegistryId?: { RegistryName: string };
      };
      const named = asked.SchemaId?.RegistryName ?? asked.RegistryId?.RegistryName ?? registry;
      const schema = asked.SchemaId?.SchemaName ?? asked['SchemaName'] ?? '';
      const [status, json] =
        named === registry ? reply(operation, schema, asked) : found(undefined);
      const resources = schema === '' ? ['*'] : [`registry/${named}`, `schema/${named}/${schema}`];
      return { status: Number(status), json, resources };
    },
    versionIdOf: (schemaName) => find(({ schema }) => schema === schemaName),
  };
}
