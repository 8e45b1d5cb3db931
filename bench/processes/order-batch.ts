import { orderEvent } from '../../test/support/builders.ts';

/** Topics of the local stack have as many. */
const PARTITIONS = 4;

export interface OrderBatch {
  readonly count: number;
  readonly topic: string;
  readonly idPrefix?: string;
  /** Blanks behind the order's JSON text. */
  readonly paddingBytes?: number;
}

/** An MSK event of orders, each with a key of its own, as its JSON text. */
export function orderBatch(batch: OrderBatch): string {
  const { count, topic, idPrefix = 'ORDER-', paddingBytes = 0 } = batch;
  const padding = ' '.repeat(paddingBytes);
  const records: Record<string, unknown[]> = {};
  for (let index = 0; index < count; index++) {
    const partition = index % PARTITIONS;
    const orderId = `${idPrefix}${String(index).padStart(6, '0')}`;
    const value = JSON.stringify(orderEvent({ orderId })) + padding;
    (records[`${topic}-${partition}`] ??= []).push({
      topic,
      partition,
      offset: Math.floor(index / PARTITIONS),
      timestamp: 1_767_225_600_000,
      timestampType: 'CREATE_TIME',
      key: Buffer.from(orderId).toString('base64'),
      value: Buffer.from(value).toString('base64'),
      headers: [],
    });
  }
  return JSON.stringify({ eventSource: 'aws:kafka', bootstrapServers: '127.0.0.1:9092', records });
}
