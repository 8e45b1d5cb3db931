import { hash } from 'node:crypto';
import type { Origin } from '../model/record.ts';

/**
 * Part of every id, and therefore fixed for good. Not the consumer group: AWS makes one change that when an event
 * source mapping is replaced.
 */
const SERVICE_NAME = 'order-service';

/**
 * Id of the dead letter that a record becomes, whatever happens to it on the way: 32 hex characters of SHA-256 over
 * its origin. One origin has one dead letter at most, through every retry, duplicate and redrive. Pure, total.
 */
export function deadLetterId(origin: Origin): string {
  // As a JSON array, no two origins read alike ("a-1", 2 and "a", -12 would, glued together).
  const { topic, partition, offset, timestampMs } = origin;
  const text = JSON.stringify([SERVICE_NAME, topic, partition, offset, timestampMs]);
  return hash('sha256', text, 'hex').slice(0, 32);
}
