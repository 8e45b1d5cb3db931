import type { Delivery } from '../model/delivery.ts';
import type { ConsumedRecord } from '../model/record.ts';
import { readRetryState } from './retry-state.ts';

/**
 * Reads a record by the rule of its own topic. On the order topic anybody may write, so a record there is at attempt 1
 * and all its headers are its own: nobody can skip or gain attempts. Elsewhere the last state header is ours, and
 * where it is missing or invalid the record is corrupt, never "attempt 1 again". Total.
 */
export function readDelivery(record: ConsumedRecord, orderTopic: string): Delivery {
  const { topic, partition, offset, timestampMs } = record;
  const here = { attempt: 1, origin: { topic, partition, offset, timestampMs } };
  if (topic === orderTopic) return { record, state: here };
  const read = readRetryState(record.headers);
  const own = { ...record, headers: read.headers };
  if (read.kind === 'valid') return { record: own, state: read.state };
  return { record: own, state: here, corruptState: read.detail };
}
