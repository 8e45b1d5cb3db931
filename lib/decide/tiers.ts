import type { RetryPolicy, RetryTier } from '../model/retry.ts';

export interface PolicySettings {
  readonly orderTopic: string;
  readonly retriesMax: number;
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly jitter: number;
  /** Delays of former policies whose topics still hold records. */
  readonly drainDelaysMs: readonly number[];
}

/** Wait before retry `index` (from 0), without jitter: min(initial · 2^index, max). */
export function backoffMs(index: number, initialMs: number, maxMs: number): number {
  return Math.min(initialMs * 2 ** index, maxMs);
}

/** `order-events-retry-1s`; `-1500ms` where the delay is no whole second. */
export function tierTopic(orderTopic: string, delayMs: number): string {
  const label = delayMs % 1000 === 0 ? `${delayMs / 1000}s` : `${delayMs}ms`;
  return `${orderTopic}-retry-${label}`;
}

/**
 * The only place where retry tiers come from: the functions, serverless.yml, topic creation and the local stack all
 * ask here. One tier for each distinct delay; a delay that repeats (cap reached) uses its tier again. Pure, total.
 */
export function retryPolicy(settings: PolicySettings): RetryPolicy {
  const { orderTopic, retriesMax, initialBackoffMs, maxBackoffMs, jitter, drainDelaysMs } =
    settings;
  const tierOf = (delayMs: number): RetryTier => ({
    topic: tierTopic(orderTopic, delayMs),
    delayMs,
  });
  const delaysMs = Array.from({ length: retriesMax }, (_, index) =>
    backoffMs(index, initialBackoffMs, maxBackoffMs),
  );
  return {
    retriesMax,
    initialBackoffMs,
    maxBackoffMs,
    jitter,
    tierAfterAttempt: delaysMs.map(tierOf),
    tiers: [...new Set([...delaysMs, ...drainDelaysMs])].map(tierOf),
  };
}

/** The longest wait that a record can be given, jitter included, in milliseconds; 0 without retries. */
export function longestWaitMs(policy: RetryPolicy): number {
  const delaysMs = policy.tiers.map((tier) => tier.delayMs);
  return Math.ceil(Math.max(0, ...delaysMs) * (1 + policy.jitter));
}

/** Batching window of a tier's mapping, whole seconds: at once below 10 s, then a tenth of the delay. */
export function tierWindowSeconds(delayMs: number): number {
  return delayMs < 10_000 ? 0 : Math.min(300, Math.floor(delayMs / 10_000));
}

/** Kept for processing and for outages, before a redriven record without outcome counts as stale. */
const STALE_MARGIN_MS = 15 * 60 * 1000;

/** How long after its claim a redriven record without outcome is stale: every wait at its longest, and 15 minutes. */
export function staleAfterMs(policy: RetryPolicy): number {
  const waitsMs = policy.tierAfterAttempt.reduce((sum, { delayMs }) => sum + delayMs, 0);
  return Math.ceil(waitsMs * (1 + policy.jitter)) + STALE_MARGIN_MS;
}
