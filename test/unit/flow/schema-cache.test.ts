import { expect, it } from 'vitest';
import { createSchemaCache } from '../../../lib/flow/schema-cache.ts';
import { createMemorySchemaRegistry } from '../../support/memory-schema-registry.ts';

function start() {
  const registry = createMemorySchemaRegistry();
  return { registry, schemas: createSchemaCache(registry) };
}

it('asks once for each schema and each id, however many want it, and never again', async () => {
  const { registry, schemas } = start();
  const ids = await Promise.all([1, 2, 3].map(() => schemas.idOf('a-value', '"int"')));
  const id = ids[0] ?? '';
  await Promise.all([1, 2, 3].map(() => schemas.find(id)));
  expect(await schemas.idOf('a-value', '"int"')).toBe(id);
  expect(await schemas.find(id)).toEqual({ ok: true, type: { kind: 'int' } });
  expect(schemas.known(id)).toEqual({ ok: true, type: { kind: 'int' } });
  expect(registry.asked).toEqual(['register a-value', `find ${id}`]);
});

it('an outage is not kept: the next one asks again', async () => {
  const { registry, schemas } = start();
  registry.down = true;
  const code = { code: 'REGISTRY_UNAVAILABLE' };
  await expect(schemas.idOf('a-value', '"int"')).rejects.toMatchObject(code);
  await expect(schemas.find('1')).rejects.toMatchObject(code);
  registry.down = false;
  const id = await schemas.idOf('a-value', '"int"');
  expect((await schemas.find(id)).ok).toBe(true);
});

it('an id that is not there is named, and asked for again: somebody may register it yet', async () => {
  const { registry, schemas } = start();
  const missing = { ok: false, message: 'schema id 1 is not in the schema registry' };
  expect(await schemas.find('1')).toEqual(missing);
  await registry.register('a-value', '"int"');
  expect((await schemas.find('1')).ok).toBe(true);
});

it('a schema that is none is told, with its id', async () => {
  const { registry, schemas } = start();
  const id = await registry.register('a-value', '{"type":"record"}');
  expect(await schemas.find(id)).toEqual({
    ok: false,
    message: expect.stringMatching(/^schema id 1 is no Avro schema that is taken here: /) as string,
  });
});

it('keeps no more than is in use', async () => {
  const { registry, schemas } = start();
  for (let n = 0; n < 300; n++) {
    const fixed = JSON.stringify({ type: 'fixed', name: 'F', size: n });
    await schemas.find(await registry.register('a-value', fixed));
  }
  expect(schemas.known('1')).toBeUndefined();
  expect(schemas.known('300')).toBeDefined();
});
