import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ORDER_BYTES_MAX } from '../../infra/topics.ts';
import { partitionOfKey } from '../../lib/decide/partition.ts';
import type { RecordContent } from '../../lib/model/record.ts';
import { startService, type Service } from '../support/service.ts';

describe('the largest record that the order topic takes is retried and dead-lettered whole', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService({ env: { PROCESSING_TIMEOUT_MS: '2000', BATCH_SIZE_MAX: '10' } });
  });
  afterAll(() => service[Symbol.asyncDispose]());

  it('whose bytes are its value', async () => {
    const id = 'ORDER-TEST-FAIL-VALUE';
    const order = (bytes: number) => service.order(id, { note: 'x'.repeat(bytes) });
    const record = await produceLargest(service, order);
    const envelope = await deadLetterOf(service, record.id);
    expect(envelope).toMatchObject({ failedAttempts: 4, bytesMissing: false });
    expect(Buffer.from(envelope?.originalValue ?? []).equals(record.value ?? Buffer.of())).toBe(
      true,
    );
    expect(envelope?.originalMessage).toHaveLength(record.value?.length ?? 0);
  });

  it('whose bytes are a header’s, five characters each in the event', async () => {
    const order = (bytes: number) => ({
      ...service.order('ORDER-TEST-FAIL-HEADER'),
      headers: [{ key: 'h', value: Buffer.alloc(bytes, 0x80) }],
    });
    const record = await produceLargest(service, order);
    const envelope = await deadLetterOf(service, record.id);
    expect(envelope).toMatchObject({ failedAttempts: 4, bytesMissing: false });
    const [header] = envelope?.originalHeaders ?? [];
    const expected = record.headers[0]?.value ?? Buffer.of();
    expect(Buffer.from(header?.value ?? []).equals(expected)).toBe(true);
  });
});

type Order = ReturnType<Service['order']>;

/** From the topic's limit downwards: the first that the broker takes is the largest. */
async function produceLargest(service: Service, order: (bytes: number) => Order): Promise<Order> {
  const overhead = bytesOf(order(0));
  for (let bytes = ORDER_BYTES_MAX - overhead; ; bytes--) {
    const record = order(bytes);
    const { key, value, headers } = record;
    const build = (count: number) => ({
      key,
      value,
      headers,
      partition: partitionOfKey(key ?? Buffer.of(), count),
    });
    const request = { topic: service.config.topics.order, build };
    const options = { deadlineMs: Date.now() + 30_000 };
    const [outcome] = await service.client.publisher.publish([request], options);
    if (outcome?.kind === 'acknowledged') return record;
    expect(outcome?.kind).toBe('too-large');
    // A batch of one record has some 70 bytes around it.
    expect(bytes).toBeGreaterThan(ORDER_BYTES_MAX - overhead - 200);
  }
}

function bytesOf({ key, value, headers }: RecordContent): number {
  const lengths = [key, value, ...headers.map((header) => header.value)];
  return lengths.reduce((sum, part) => sum + (part?.length ?? 0), 0);
}

async function deadLetterOf(service: Service, orderId: string) {
  for (let count = 1; ; count++) {
    const dead = await service.untilDeadLetters(count);
    const found = dead.find(({ envelope }) => envelope.orderId === orderId);
    if (found !== undefined) return found.envelope;
  }
}
