import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureRegistryJars } from '../../localstack/registry-jars.ts';
import { startSchemaRegistry, type RegistryServer } from '../../localstack/schema-registry.ts';
import { createApi } from '../support/api.ts';
import { startService } from '../support/service.ts';
import { testDir } from '../support/test-stack.ts';

let dir: string;
let registry: RegistryServer;
const start = async (port: number) =>
  startSchemaRegistry({
    dataDir: join(dir, 'data'),
    port,
    logFile: join(dir, 'log'),
    jarsDir: await ensureRegistryJars(process.env, () => undefined),
  });

beforeAll(async () => {
  dir = mkdtempSync(join(testDir(), 'registry-outage-'));
  registry = await start(0);
});
afterAll(async () => {
  await registry.stop();
  rmSync(dir, { recursive: true, force: true });
});

it('an outage of the registry costs nothing but time: no attempt, no order, no dead letter', async () => {
  await using service = await startService({ env: { SCHEMA_REGISTRY_URL: registry.url } });
  const api = createApi({ ...service.config, orderEventsFormat: 'avro' });
  const id = (name: string) => `ORDER-${name}-${service.name}`;
  // Written while the registry is there, and read by environments that have not asked it yet.
  await service.stop();
  await api.createOrder({ orderId: id('TEST-FAIL'), numItems: 1 });
  await api.createOrder({ orderId: id('AVRO'), numItems: 1 });
  const { port } = registry;
  await registry.kill();
  await service.start();
  const failing = service.order('ORDER-TEST-FAIL-JSON');
  const good = service.order('ORDER-JSON');
  await service.produce(failing, good);

  await service.untilStored(good.id); // JSON goes on.
  await service.untilLogged(`Failed to send order ${failing.id} to DLQ. Message will be retried.`);
  await service.untilLogged('A record waits for its schema: no attempt is spent on it');
  await sleep(3_000);
  expect(await service.storedOrder(id('AVRO'))).toBeUndefined();

  registry = await start(port);
  await service.untilStored(id('AVRO'));
  const dead = await service.untilDeadLetters(2);
  const attempts = dead.map(({ item }) => `${item.orderId} ${item.failedAttempts}`);
  expect(attempts.toSorted()).toEqual([`${id('TEST-FAIL')} 4`, `${failing.id} 4`].toSorted());
  await service.untilAllCommitted();
});
