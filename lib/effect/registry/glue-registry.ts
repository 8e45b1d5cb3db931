import type { GlueClient, GlueClientConfig } from '@aws-sdk/client-glue';
import { AppError } from '../../model/errors.ts';
import type { SchemaRegistry } from '../../ports/schema-registry.ts';

type Sdk = typeof import('@aws-sdk/client-glue');

export interface GlueOptions {
  /** Name of the registry, which exists. */
  readonly registry: string;
  /** For tests: endpoint and credentials. */
  readonly client?: GlueClientConfig;
}

/** Of one question; the callers' own loop asks again. */
const TIMEOUT_MS = 3_000;

/** Glue's word for what Confluent calls FULL_TRANSITIVE. */
const COMPATIBILITY = 'FULL_ALL';

/**
 * The AWS Glue Schema Registry, by IAM alone. The SDK is loaded when it is first asked.
 * https://docs.aws.amazon.com/glue/latest/dg/schema-registry.html
 */
export function createGlueRegistry({ registry, client }: GlueOptions): SchemaRegistry {
  const load = once(() => loadClient(client));
  const ask = async <T>(what: string, question: (sdk: Sdk, glue: GlueClient) => Promise<T>) => {
    const [sdk, glue] = await load();
    try {
      return await question(sdk, glue);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw unavailable(registry, `${what}: ${(error as Error).name}, ${(error as Error).message}`);
    }
  };

  return {
    kind: 'glue',

    async register(subject, definition) {
      const SchemaId = { RegistryName: registry, SchemaName: subject };
      const there = await ask(`looking for schema ${subject}`, (sdk, glue) =>
        glue.send(new sdk.GetSchemaByDefinitionCommand({ SchemaId, SchemaDefinition: definition })),
      );
      if (there?.Status === 'AVAILABLE') return idOf(there, registry, subject);
      const added = await ask(`registering a version of schema ${subject}`, (sdk, glue) =>
        glue.send(new sdk.RegisterSchemaVersionCommand({ SchemaId, SchemaDefinition: definition })),
      );
      if (added !== undefined) return idOf(added, registry, subject);
      const made = await ask(`making schema ${subject}`, (sdk, glue) =>
        glue.send(
          new sdk.CreateSchemaCommand({
            RegistryId: { RegistryName: registry },
            SchemaName: subject,
            DataFormat: 'AVRO',
            Compatibility: COMPATIBILITY,
            SchemaDefinition: definition,
          }),
        ),
      );
      if (made === undefined)
        throw unavailable(registry, 'it does not exist: make it, or name another');
      const { SchemaVersionId, SchemaVersionStatus: Status } = made;
      return idOf({ SchemaVersionId, Status }, registry, subject);
    },

    async find(id) {
      const version = await ask(`asking for schema version ${id}`, (sdk, glue) =>
        glue.send(new sdk.GetSchemaVersionCommand({ SchemaVersionId: id })),
      );
      return version?.SchemaDefinition;
    },
  };
}

async function loadClient(config: GlueClientConfig = {}): Promise<[Sdk, GlueClient]> {
  const sdk = await import('@aws-sdk/client-glue');
  const timeouts = {
    connectionTimeout: TIMEOUT_MS,
    requestTimeout: TIMEOUT_MS,
    throwOnRequestTimeout: true, // Otherwise it only warns, and waits for ever.
  };
  const client = new sdk.GlueClient({ maxAttempts: 1, requestHandler: timeouts, ...config });
  return [sdk, client];
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && error.name === 'EntityNotFoundException';
}

/** A version that Glue is still checking is there in a moment; one that failed the check never is. */
function idOf(
  {
    SchemaVersionId,
    Status,
  }: { SchemaVersionId?: string | undefined; Status?: string | undefined },
  registry: string,
  subject: string,
): string {
  if (Status === 'AVAILABLE' && SchemaVersionId !== undefined) return SchemaVersionId;
  throw unavailable(registry, `the version of schema ${subject} is ${Status ?? 'nowhere'}`);
}

function unavailable(registry: string, what: string): AppError {
  return new AppError('REGISTRY_UNAVAILABLE', `The Glue schema registry ${registry}: ${what}`);
}
