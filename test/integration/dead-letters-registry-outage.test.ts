import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PARTITIONS_DEFAULT } from '../../infra/topics.ts';
import { partitionOfKey } from '../../lib/decide/partition.ts';
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
  await using service = await startService({
    env: { SCHEMA_REGISTRY_URL: registry.url },
    // However the records come to the function, an invocation that waits takes no place from another partition's.
    concurrency: PARTITIONS_DEFAULT,
  });
  const api = createApi({ ...service.config, orderEventsFormat: 'avro' });
  // What comes behind a record that waits in its partition waits with it: each of the four has a partition for itself.
  const failingAvro = idOn(0, `ORDER-TEST-FAIL-AVRO-${service.name}`);
  const goodAvro = idOn(1, `ORDER-AVRO-${service.name}`);
  const failing = { ...service.order('ORDER-TEST-FAIL-JSON'), partition: 2 };
  const good = { ...service.order('ORDER-JSON'), partition: 3 };
  // Written while the registry is there, and read by environments that have not asked it yet.
  await service.stop();
  for (const [partition, orderId] of [failingAvro, goodAvro].entries()) {
    const answer = await api.createOrder({ orderId, numItems: 1 });
    expect(answer).toMatchObject({ status: 202, body: { partition } });
  }
  const { port } = registry;
  await registry.kill();
  await service.start();
  await service.untilLogged('A record waits for its schema: no attempt is spent on it', 2);
  await service.produce(failing, good);

  await service.untilStored(good.id); // JSON goes on.
  await service.untilLogged(`Failed to send order ${failing.id} to DLQ. Message will be retried.`);
  await sleep(3_000);
  expect(await service.storedOrder(goodAvro)).toBeUndefined();
  expect(await service.envelopes()).toEqual([]);

  registry = await start(port);
  await service.untilStored(goodAvro);
  const dead = await service.untilDeadLetters(2);
  const attempts = dead.map(({ item }) => `${item.orderId} ${item.failedAttempts}`);
  expect(attempts.toSorted()).toEqual([`${failingAvro} 4`, `${failing.id} 4`].toSorted());
  await service.untilAllCommitted();
});

/** An id that begins so, and whose key lies on this partition of the order topic. */
function idOn(partition: number, prefix: string): string {
  for (let number = 0; ; number++) {
    const id = `${prefix}-${number}`;
    if (partitionOfKey(Buffer.from(id), PARTITIONS_DEFAULT) === partition) return id;
  }
}
