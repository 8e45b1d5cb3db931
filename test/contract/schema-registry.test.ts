import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createConfluentRegistry } from '../../lib/effect/registry/confluent-registry.ts';
import { createGlueRegistry } from '../../lib/effect/registry/glue-registry.ts';
import type { SchemaRegistry } from '../../lib/ports/schema-registry.ts';
import { startAwsRecorder, type AwsRecorder } from '../support/aws-recorder.ts';
import { createGlueStandIn } from '../support/glue-stand-in.ts';
import { createMemorySchemaRegistry } from '../support/memory-schema-registry.ts';
import { isMotoPossible, startMoto, type Moto } from '../support/moto.ts';

const schema = (...fields: readonly string[]) =>
  JSON.stringify({
    type: 'record',
    name: 'R',
    fields: fields.map((name) => ({ name, type: ['null', 'string'], default: null })),
  });

let moto: Moto | undefined;
let recorder: AwsRecorder;
beforeAll(async () => {
  if (isMotoPossible()) moto = await startMoto();
  recorder = await startAwsRecorder({
    glue: createGlueStandIn('stand-in'),
    dynamodbEndpoint: '',
    clusterArn: '',
    iamBrokers: '',
  });
}, 180_000);
afterAll(async () => {
  await moto?.stop();
  await recorder?.[Symbol.asyncDispose]();
});

const memory = createMemorySchemaRegistry();

interface Implementation {
  readonly name: string;
  readonly start: () => SchemaRegistry;
  readonly unknownId: string;
  readonly isHere?: boolean;
}

const IMPLEMENTATIONS: readonly Implementation[] = [
  { name: 'in memory', start: () => memory, unknownId: '4294967295' },
  {
    name: 'Apicurio, by Confluent’s API',
    start: () => createConfluentRegistry({ url: inject('schemaRegistryUrl'), timeoutMs: 30_000 }),
    unknownId: '4294967295',
  },
  {
    name: 'AWS Glue, by moto',
    start: () => createGlueRegistry({ registry: moto!.registry, client: moto!.client }),
    unknownId: randomUUID(),
    isHere: isMotoPossible(),
  },
  {
    name: 'AWS Glue, by the stand-in of the permissions’ test',
    start: () => {
      const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
      const client = { endpoint: recorder.url, region: 'us-east-1', credentials };
      return createGlueRegistry({ registry: 'stand-in', client });
    },
    unknownId: randomUUID(),
  },
];

describe.each(IMPLEMENTATIONS)('a schema registry $name', ({ start, unknownId, isHere = true }) => {
  it.skipIf(!isHere)('gives the schema of the id that it gave, and the same id again', async () => {
    const registry = start();
    const subject = `s-${randomUUID()}-value`;
    const text = schema('a');
    const id = await registry.register(subject, text);
    expect(await start().register(subject, text)).toBe(id);
    expect(JSON.parse((await start().find(id)) ?? '')).toEqual(JSON.parse(text));
  });

  it.skipIf(!isHere)('another schema of the subject has another id', async () => {
    const registry = start();
    const subject = `s-${randomUUID()}-value`;
    const first = await registry.register(subject, schema('a'));
    const second = await registry.register(subject, schema('a', 'b'));
    expect(second).not.toBe(first);
    expect(await registry.find(second)).toContain('"b"');
  });

  it.skipIf(!isHere)('has no schema of an id that it never gave', async () => {
    expect(await start().find(unknownId)).toBeUndefined();
  });
});

it('Confluent: the subject is FULL_TRANSITIVE, and a schema that does not fit is refused, and said so', async () => {
  const url = inject('schemaRegistryUrl');
  const registry = createConfluentRegistry({ url, timeoutMs: 30_000 });
  const subject = `s-${randomUUID()}-value`;
  await registry.register(subject, schema('a'));
  const config = await (await fetch(`${url}/config/${subject}`)).json();
  expect(config).toEqual({ compatibilityLevel: 'FULL_TRANSITIVE' });

  const other = JSON.stringify({
    type: 'record',
    name: 'R',
    fields: [{ name: 'n', type: 'int' }],
  });
  await expect(registry.register(subject, other)).rejects.toMatchObject({
    code: 'REGISTRY_UNAVAILABLE',
    message: expect.stringContaining('409') as string,
  });
});

it.skipIf(!isMotoPossible())(
  'Glue: the schema is FULL_ALL, in the registry that was named',
  async () => {
    const registry = createGlueRegistry({ registry: moto!.registry, client: moto!.client });
    const subject = `s-${randomUUID()}-value`;
    await registry.register(subject, schema('a'));
    const sdk = await import('@aws-sdk/client-glue');
    const SchemaId = { RegistryName: moto!.registry, SchemaName: subject };
    const made = await new sdk.GlueClient(moto!.client).send(
      new sdk.GetSchemaCommand({ SchemaId }),
    );
    expect(made).toMatchObject({ Compatibility: 'FULL_ALL', DataFormat: 'AVRO' });
  },
);
