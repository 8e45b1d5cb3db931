import { expect, inject, it } from 'vitest';
import { createApi } from '../support/api.ts';
import { readAsForeigner } from '../support/foreign-reader.ts';
import { startService } from '../support/service.ts';

it('a Java program finds in the DLQ topic, by the wire format alone, what the API shows', async () => {
  await using service = await startService();
  const failing = service.order('ORDER-TEST-FAIL');
  const headers = [
    { key: 'source', value: Buffer.from([0xff, 0x00]) },
    { key: 'source', value: null },
  ];
  await service.produce(
    { ...failing, headers },
    { key: null, value: Buffer.from([0xfe, 0x00, 0xff]) },
    { key: Buffer.alloc(0), value: null },
  );
  await service.untilDeadLetters(3);

  const found = await readAsForeigner(
    service.config.brokers.join(','),
    inject('schemaRegistryUrl'),
    service.config.topics.dlq,
  );

  const api = createApi(service.config);
  expect(found).toHaveLength(3);
  for (const letter of found) {
    const { key, schema, timestampType, ...fields } = letter;
    expect([schema, timestampType]).toEqual([
      'orderservice.deadletters.DeadLetter',
      'timestamp-millis',
    ]);
    const { body } = await api.message(String(key));
    const { message } = body as unknown as { message: Record<string, unknown> };
    const { originalMessageTruncated, bytesMissing, ...rest } = fields;
    expect([originalMessageTruncated, bytesMissing]).toEqual([false, false]);
    expect(message).toMatchObject(rest);
  }
  expect(found.map(({ orderId }) => orderId)).toContain(failing.id);
});
