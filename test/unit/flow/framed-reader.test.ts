import { expect, it } from 'vitest';
import { createFramedReader } from '../../../lib/flow/framed-reader.ts';
import { createFramedValues } from '../../../lib/flow/framed-values.ts';
import { createFramedWriter } from '../../../lib/flow/framed-writer.ts';
import { createSchemaCache } from '../../../lib/flow/schema-cache.ts';
import { ORDER_EVENT_SCHEMA } from '../../../lib/orders/order-event-schema.ts';
import { decodeOrderEvent, orderReading, readOrderId } from '../../../lib/orders/order-event.ts';
import { orderEvent } from '../../support/builders.ts';
import { createMemorySchemaRegistry } from '../../support/memory-schema-registry.ts';

async function start(kind: 'confluent' | 'glue' = 'confluent') {
  const registry = createMemorySchemaRegistry(kind);
  const schemas = createSchemaCache(registry);
  let loaded = 0;
  const framed = createFramedValues(async () => {
    loaded++;
    return createFramedReader(schemas);
  });
  const write = createFramedWriter(schemas, 'order-events', ORDER_EVENT_SCHEMA);
  return { registry, framed, write, loaded: () => loaded, value: await write(orderEvent()) };
}

it.each(['confluent', 'glue'] as const)(
  'an order in Avro, framed for %s, is the order, with exact amounts',
  async (kind) => {
    const { framed, value } = await start(kind);
    await framed.prepare(value);
    expect(decodeOrderEvent(value, framed)).toEqual({ ok: true, body: orderEvent() });
    expect(readOrderId(value, framed)).toBe('ORDER-1');
    expect(JSON.parse(orderReading(framed).textOf?.(value) ?? '')).toEqual(orderEvent());
  },
);

it('an order in JSON is read without what reads Avro, and without a question', async () => {
  const { framed, loaded, registry } = await start();
  const asked = registry.asked.length;
  const value = Buffer.from(JSON.stringify(orderEvent()));
  await framed.prepare(value);
  expect(decodeOrderEvent(value, framed)).toEqual({ ok: true, body: orderEvent() });
  expect(orderReading(framed).textOf?.(value)).toBeUndefined();
  expect([loaded(), registry.asked.length]).toEqual([0, asked]);
});

it('those that come at once are all read, by one reader', async () => {
  const { framed, loaded, write, value } = await start();
  const second = await write(orderEvent({ orderId: 'ORDER-2' }));
  await Promise.all([framed.prepare(value), framed.prepare(second)]);
  expect([value, second].map((one) => readOrderId(one, framed))).toEqual(['ORDER-1', 'ORDER-2']);
  expect(loaded()).toBe(1);
});

it('a warm one is read without a question', async () => {
  const { framed, registry, write, value } = await start();
  await framed.prepare(value);
  const asked = registry.asked.length;
  const next = await write(orderEvent({ orderId: 'ORDER-2' }));
  await framed.prepare(next);
  expect(readOrderId(next, framed)).toBe('ORDER-2');
  expect(registry.asked.length).toBe(asked);
});

const message = async (value: Uint8Array, kind?: 'confluent' | 'glue') => {
  const { framed } = await start(kind);
  await framed.prepare(value);
  expect(readOrderId(value, framed)).toBeUndefined();
  expect(orderReading(framed).textOf?.(value)).toBeUndefined();
  const decoded = decodeOrderEvent(value, framed);
  return decoded.ok ? 'an order' : decoded.message;
};

it('what can never be read names the id', async () => {
  const { value } = await start();
  expect(await message(Buffer.from('00000000630a', 'hex'))).toBe(
    'The value is no order: schema id 99 is not in the schema registry',
  );
  expect(await message(value.subarray(0, 20))).toMatch(/does not fit its schema 1: .*too early/);
  const glue = Buffer.from('0300b7b4a7f09c964e4aa687fb5de9ef0c630a', 'hex');
  expect(await message(glue)).toMatch(/framed for AWS Glue \(schema b7b4a7f0-.*Confluent/);
  expect(await message(value, 'glue')).toMatch(/framed for a Confluent.*\(schema 1\).*AWS Glue/);
  const packed = Buffer.concat([Buffer.of(3, 9), glue.subarray(2)]);
  expect(await message(packed, 'glue')).toMatch(/compression byte 9/);
});

it('Avro that is another document than an order says which field', async () => {
  const { framed, write } = await start();
  const value = await write(orderEvent({ orderId: 'no id', currency: 'EURO' }));
  await framed.prepare(value);
  const decoded = decodeOrderEvent(value, framed);
  expect(decoded).toMatchObject({
    ok: false,
    message: expect.stringMatching(/orderId: .*currency/),
  });
});

it('an outage rejects, and is over when it is over', async () => {
  const registry = createMemorySchemaRegistry();
  const write = createFramedWriter(createSchemaCache(registry), 'order-events', ORDER_EVENT_SCHEMA);
  const value = await write(orderEvent());
  const framed = createFramedValues(async () => createFramedReader(createSchemaCache(registry)));
  registry.down = true;
  await expect(framed.prepare(value)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
  expect(decodeOrderEvent(value, framed)).toMatchObject({ ok: false });
  registry.down = false;
  await framed.prepare(value);
  expect(decodeOrderEvent(value, framed)).toMatchObject({ ok: true });
});

it('a value that was not prepared is not read, and says so', async () => {
  const { framed, value } = await start();
  expect(decodeOrderEvent(value, framed)).toMatchObject({
    message: expect.stringMatching(/schema has not been asked for/) as string,
  });
});
