import { expect, it } from 'vitest';
import { createFramedWriter } from '../../../lib/flow/framed-writer.ts';
import { createSchemaCache } from '../../../lib/flow/schema-cache.ts';
import { ORDER_EVENT_SCHEMA } from '../../../lib/orders/order-event-schema.ts';
import { orderEvent } from '../../support/builders.ts';
import { intakeRecord, START_MS, startFlow } from '../../support/dead-letter-flow.ts';
import { failedEvent } from '../../support/dead-letters.ts';
import { createMemorySchemaRegistry } from '../../support/memory-schema-registry.ts';

const CRITICAL = 'CRITICAL Failed to send order ORDER-1 to DLQ. Message will be retried.';

it('while the registry is away a dead letter is CRITICAL and waits; then it is there', async () => {
  const registry = createMemorySchemaRegistry();
  registry.down = true;
  const flow = startFlow({ registry });
  void flow.clock.sleep(20_000).then(() => (registry.down = false));
  expect(await flow.run(intakeRecord(failedEvent()))).toEqual(['dead-lettered']);
  expect(flow.texts()).toEqual([CRITICAL, expect.stringMatching(/^ERROR Message sent to DLQ/)]);
  expect(flow.clock.nowMs()).toBeGreaterThanOrEqual(START_MS + 20_000);
});

it('an outage that lasts leaves it unsettled, and nothing is written', async () => {
  const registry = createMemorySchemaRegistry();
  registry.down = true;
  const flow = startFlow({ registry });
  expect(await flow.run(intakeRecord(failedEvent()))).toEqual(['unsettled']);
  expect(flow.texts()).toEqual([
    CRITICAL,
    expect.stringMatching(/^ERROR Dead letter .*not settled/),
  ]);
  expect(await flow.envelopes()).toEqual([]);
  expect(flow.index.items()).toEqual([]);
});

it('the registry is asked for the first dead letter alone', async () => {
  const registry = createMemorySchemaRegistry();
  const flow = startFlow({ registry });
  for (let offset = 0; offset < 3; offset++) {
    const origin = { topic: 'order-events', partition: 0, offset, timestampMs: 1 };
    await flow.run(intakeRecord(failedEvent({ origin })));
  }
  expect(registry.asked).toEqual(['register order-events-dlq-value']);
});

it('an order in Avro is shown as its JSON text, and its bytes are kept', async () => {
  const registry = createMemorySchemaRegistry();
  const schemas = createSchemaCache(registry);
  const write = createFramedWriter(schemas, 'order-events', ORDER_EVENT_SCHEMA);
  const value = Buffer.from(await write(orderEvent()));
  const flow = startFlow({ registry });
  const record = { key: null, value, headers: [] };
  expect(await flow.run(intakeRecord(failedEvent({ record })))).toEqual(['dead-lettered']);
  const [envelope] = await flow.envelopes();
  expect(JSON.parse(envelope?.originalMessage ?? '')).toEqual(orderEvent());
  expect(envelope).toMatchObject({
    orderId: 'ORDER-1',
    originalMessageEncoding: 'utf-8',
    originalValue: value,
    valueSizeBytes: value.length,
  });
});
