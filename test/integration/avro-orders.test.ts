import { describe, expect, inject, it } from 'vitest';
import { createConfluentRegistry } from '../../lib/effect/registry/confluent-registry.ts';
import { createFramedWriter } from '../../lib/flow/framed-writer.ts';
import { createSchemaCache } from '../../lib/flow/schema-cache.ts';
import { createApi } from '../support/api.ts';
import { orderEvent } from '../support/builders.ts';
import { startService } from '../support/service.ts';

/** Another team's order: its own names of types, a field of its own, a number that JSON would round. */
const FOREIGN = JSON.stringify({
  type: 'record',
  name: 'theirs.Order',
  fields: [
    ...['eventType', 'orderId', 'customerId', 'currency', 'status', 'createdAt'].map((name) => ({
      name,
      type: 'string',
    })),
    {
      name: 'items',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'Line',
          fields: [
            { name: 'productId', type: 'string' },
            { name: 'quantity', type: 'long' },
            { name: 'price', type: 'double' },
          ],
        },
      },
    },
    { name: 'totalAmount', type: 'double' },
    { name: 'ticket', type: 'long' },
  ],
});

describe('an order in Avro is an order', () => {
  it('ours is accepted, processed and readable; one that fails is shown as JSON, with its exact bytes', async () => {
    await using service = await startService();
    const api = createApi({ ...service.config, orderEventsFormat: 'avro' });
    const good = `ORDER-${service.name}`;
    const bad = `ORDER-TEST-FAIL-${service.name}`;
    const accepted = await api.createOrder({ orderId: good, numItems: 3 });
    expect(accepted.status).toBe(202);
    expect((await api.createOrder({ orderId: bad, numItems: 1 })).status).toBe(202);

    const stored = await service.untilStored(good);
    expect(stored).toMatchObject({
      ...(accepted.body as { order: object }).order,
      shippingCost: 1.4,
    });
    const [dead] = await service.untilDeadLetters(1);
    const records = await service.readTopic(service.config.topics.order);
    const record = records.find(({ key }) => String(key) === bad);
    expect(record?.value?.[0]).toBe(0);
    expect(dead?.envelope).toMatchObject({
      orderId: bad,
      reason: 'retries-exhausted',
      retryCount: 3,
      originalValue: record?.value,
      originalMessageEncoding: 'utf-8',
    });
    expect(JSON.parse(dead?.envelope.originalMessage ?? '')).toMatchObject({ orderId: bad });
    expect(dead?.item.orderId).toBe(bad);
  });
});

it('what can never be read is dead-lettered at once, with its bytes and the id; another team’s Avro is an order', async () => {
  await using service = await startService();
  const topic = service.config.topics.order;
  const registry = createConfluentRegistry({ url: inject('schemaRegistryUrl') });
  const write = createFramedWriter(createSchemaCache(registry), `theirs-${service.name}`, FOREIGN);
  const orderId = `ORDER-${service.name}`;
  const value = await write({ ...orderEvent({ orderId }), ticket: 2n ** 60n });
  const unknown = Buffer.from('00fffffffe0a', 'hex');
  const cut = Buffer.from(value.subarray(0, 30));
  const glue = Buffer.from('0300b7b4a7f09c964e4aa687fb5de9ef0c630a', 'hex');
  await service.produceTo(topic, { value: unknown }, { value: cut }, { value: glue }, { value });

  expect(await service.untilStored(orderId)).toMatchObject({ ticket: String(2n ** 60n) });
  const dead = await service.untilDeadLetters(3);
  const id = Buffer.from(value).readUInt32BE(1);
  const told = dead
    .map(({ envelope }) => envelope)
    .toSorted((a, b) => a.originalOffset - b.originalOffset);
  expect(told).toMatchObject([
    {
      reason: 'undecodable',
      retryCount: 0,
      originalValue: unknown,
      errorMessage: 'The value is no order: schema id 4294967294 is not in the schema registry',
    },
    {
      reason: 'undecodable',
      originalValue: cut,
      errorMessage: expect.stringContaining(`does not fit its schema ${id}`) as string,
    },
    {
      reason: 'undecodable',
      originalValue: glue,
      errorMessage: expect.stringContaining('b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c63') as string,
    },
  ]);
});
