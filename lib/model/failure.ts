import type { RetryTier } from './retry.ts';

/** Why a record became a dead letter (docs/contracts.md, normative). */
export const REASONS = [
  'retries-exhausted',
  'non-retriable',
  'undecodable',
  'corrupt-retry-state',
  'delivery-exhausted',
] as const;
export type Reason = (typeof REASONS)[number];

/** An error, bounded, with what a person needs to find its cause. */
export interface ErrorDetail {
  /** Class name. */
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  /** The chain of `cause`, outermost first. */
  readonly causes: readonly { readonly type: string; readonly message: string }[];
}

/** A failed attempt, classified (decide/classify.ts). */
export type Failure =
  | { readonly retriable: true; readonly error: ErrorDetail }
  | { readonly retriable: false; readonly reason: Reason; readonly error: ErrorDetail };

/** What to do about a failure, as data. */
export type RetryDecision =
  | { readonly kind: 'retry'; readonly tier: RetryTier }
  | { readonly kind: 'dead-letter'; readonly reason: Reason };
