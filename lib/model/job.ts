import type { DeadLetterState } from './dead-letter.ts';
import type { Reason } from './failure.ts';

/** What operators do to many dead letters at once; one engine behind all of them. */
export const JOB_KINDS = ['redrive', 'discard', 'restore', 'purge'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** planned → running → done, stopped (too many failed) or cancelled (by way of cancelling). */
export const JOB_STATES = [
  'planned',
  'running',
  'cancelling',
  'done',
  'stopped',
  'cancelled',
] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Which dead letters; every condition that is there must hold. Times are epoch ms; `toMs` is exclusive, the rest inclusive. */
export interface DeadLetterFilter {
  readonly state?: DeadLetterState;
  readonly group?: string;
  readonly reason?: Reason;
  readonly errorType?: string;
  readonly orderId?: string;
  readonly originalTopic?: string;
  readonly originalPartition?: number;
  readonly originalOffsetFrom?: number;
  readonly originalOffsetTo?: number;
  /** Of the arrival. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** What a job is about: these ids, or whatever the filter finds when it is frozen. */
export type JobSelection =
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  | { readonly kind: 'filter'; readonly filter: DeadLetterFilter };

/** Why a job leaves a dead letter alone. */
export const SKIP_REASONS = [
  'not-found',
  'wrong-state',
  'redriving',
  'redriven-too-often',
  'bytes-missing',
  // Its copy would be larger than what a function can be invoked with, or than the topic takes.
  'too-large',
  'over-limit',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export interface JobSettings {
  /** Dead letters a second, 1 to 1,000. */
  readonly ratePerSecond: number;
  /** Of a redrive: that many first; the next, doubled, once these have ended. ≥ 1 */
  readonly canary: number;
  /** Of a redrive: over this share of failed and stale ones it stops by itself, 0 to 1. */
  readonly stopAtFailureRatio: number;
  /** Dead letters at most. */
  readonly limit: number;
  /** Take those as well that were redriven too often. */
  readonly force: boolean;
}

/** How those ended that were sent. */
export interface OutcomeCounts {
  /** Resolved by a redrive; of the other kinds: done. */
  readonly resolved: number;
  readonly failedAgain: number;
  /** Without outcome for too long. */
  readonly stale: number;
}

/** How far a running job is; written by the slice that holds it, on condition that nobody else took it over. */
export interface JobProgress extends OutcomeCounts {
  /** The slice that works it; a slice that finds another one here stops. null: none has yet. */
  readonly slice: string | null;
  /** Ids before this position of the frozen list are dealt with: for a redrive, sent and acknowledged (their sent mark). */
  readonly position: number;
  /** The wave that must end before the next is sent: positions [from, to). */
  readonly wave: { readonly from: number; readonly to: number };
  readonly sent: number;
  /** Outcomes of the waves before the present one. */
  readonly before: OutcomeCounts;
  /** All positions before this one have ended, so; a slice that takes over looks again at those that come after it. */
  readonly ended: OutcomeCounts & { readonly position: number };
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  /** The rate is held against this instant: record `position + n` is due n / rate after it. */
  readonly paceFrom: { readonly atMs: number; readonly position: number } | null;
  /** Epoch ms of this progress; null: no slice has worked it yet. */
  readonly atMs: number | null;
}

export interface JobGroupCount {
  readonly group: string;
  readonly title: string;
  readonly count: number;
}

/** A plan, and the job that it becomes when it is started: one id for both, so that starting it twice is one job. */
export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  /** Rises by one with every change; changes are conditional on the revision read. */
  readonly revision: number;
  readonly state: JobState;
  readonly selection: JobSelection;
  readonly settings: JobSettings;
  /** Why, in an operator's words; null while it is only planned. */
  readonly reason: string | null;
  /** Who planned it, or started it, as the API knows them. */
  readonly by: string;
  /** Length of the frozen list. */
  readonly planned: number;
  /** Of the frozen list, the largest first; bounded. */
  readonly groups: readonly JobGroupCount[];
  /** What the selection named or found, and the plan leaves out. */
  readonly skippedByPlan: Readonly<Partial<Record<SkipReason, number>>>;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** Who called it off, and when. */
  readonly cancelledBy: string | null;
  /** Epoch ms from which on it is forgotten, with its list. */
  readonly expiresAtMs: number;
  readonly progress: JobProgress;
}
