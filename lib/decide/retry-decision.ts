import type { Failure, RetryDecision } from '../model/failure.ts';
import type { RetryPolicy, RetryTier } from '../model/retry.ts';

/**
 * What becomes of a record whose attempt has just failed. An attempt beyond the policy (it was lowered meanwhile)
 * needs no case of its own. Pure, total.
 *
 * @param attempt the 1-based attempt that failed
 */
export function decideRetry(failure: Failure, attempt: number, policy: RetryPolicy): RetryDecision {
  if (!failure.retriable) return { kind: 'dead-letter', reason: failure.reason };
  const tier = policy.tierAfterAttempt[attempt - 1];
  if (tier === undefined) return { kind: 'dead-letter', reason: 'retries-exhausted' };
  return { kind: 'retry', tier };
}

/** When the next attempt may start: never before the failure + delay; the lane only lengthens it. */
export function notBefore(tier: RetryTier, laneFactor: number, failedAtMs: number): number {
  return failedAtMs + Math.ceil(tier.delayMs * (1 + laneFactor));
}
