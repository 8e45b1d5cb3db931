import type { Origin } from './record.ts';

/** Longest serialised retry state, in bytes. */
export const RETRY_STATE_BYTES_MAX = 16_384;

/** Name and text of an error, both bounded (decide/error-summary.ts). */
export interface ErrorSummary {
  readonly type: string;
  readonly message: string;
}

/** What travels in the header `retry.state` (docs/contracts.md). */
export interface RetryState {
  /** The attempt that comes next, 1-based. */
  readonly attempt: number;
  /** Epoch milliseconds before which the attempt must not start; absent: at once. */
  readonly notBeforeMs?: number;
  readonly firstFailedAtMs?: number;
  readonly lastFailedAtMs?: number;
  readonly error?: ErrorSummary;
  readonly origin: Origin;
  readonly redrive?: Redrive;
}

export interface Redrive {
  readonly id: string;
  /** How often the dead letter has been redriven, this time included; ≥ 1. */
  readonly count: number;
}

/** One retry topic with its fixed delay. */
export interface RetryTier {
  readonly topic: string;
  readonly delayMs: number;
}

/** The retry policy of a deployment; made by decide/tiers.ts alone. */
export interface RetryPolicy {
  /** Retries after the first attempt; 0 = straight to the DLQ. */
  readonly retriesMax: number;
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
  /** Longest extra share of a wait, in [0, 1]. */
  readonly jitter: number;
  /** The tier that a record goes to when attempt `index + 1` failed; its length is `retriesMax`. */
  readonly tierAfterAttempt: readonly RetryTier[];
  /** Every tier that is read: one for each distinct delay of the policy, then those being drained. */
  readonly tiers: readonly RetryTier[];
}
