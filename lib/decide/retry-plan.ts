import type { Delivery } from '../model/delivery.ts';
import type { RetryPolicy, RetryState, RetryTier } from '../model/retry.ts';
import type { ErrorSummary } from '../model/retry.ts';
import { laneFactor } from './lane.ts';
import { partitionOfKey } from './partition.ts';
import { notBefore } from './retry-decision.ts';

/** The retry of a delivery that failed, all but the place in its tier. */
export interface Retry {
  readonly delivery: Delivery;
  readonly tier: RetryTier;
  readonly failedAtMs: number;
  readonly error: ErrorSummary;
}

export interface PlannedRetry {
  readonly partition: number;
  readonly state: RetryState & { readonly notBeforeMs: number };
}

/**
 * Where in its tier a retry goes, and with which state. The key decides the partition, as always; a record without
 * key is its own key and is spread by its origin. Pure.
 *
 * @param partitionCount of the tier's topic, ≥ 1
 */
export function planRetry(retry: Retry, policy: RetryPolicy, partitionCount: number): PlannedRetry {
  const { delivery, tier, failedAtMs, error } = retry;
  const { origin, redrive, attempt, firstFailedAtMs = failedAtMs } = delivery.state;
  const { key } = delivery.record;
  const partition =
    key === null
      ? (origin.partition + origin.offset) % partitionCount
      : partitionOfKey(key, partitionCount);
  const tierIndex = policy.tiers.findIndex((other) => other.topic === tier.topic);
  const factor = laneFactor(tierIndex, partition, partitionCount, policy.jitter);
  return {
    partition,
    state: {
      attempt: attempt + 1,
      notBeforeMs: notBefore(tier, factor, failedAtMs),
      firstFailedAtMs,
      lastFailedAtMs: failedAtMs,
      error,
      origin,
      ...(redrive && { redrive }),
    },
  };
}
