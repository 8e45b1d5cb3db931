import type { ConsumedRecord } from './record.ts';
import type { RetryState } from './retry.ts';

/** One arrival of a record at our code, with what we know of its way so far. */
export interface Delivery {
  /** As it arrived, without our state header. */
  readonly record: ConsumedRecord;
  readonly state: RetryState;
  /** Set where the state on a retry or redrive topic is missing or invalid: what is wrong with it. */
  readonly corruptState?: string;
}
