import { pendingOf } from '../decide/job-count.ts';
import { estimatedSeconds } from '../decide/job-plan.ts';
import { secondsLeft, shownRate } from '../decide/job-rate.ts';
import type { Job, JobSelection, SkipReason } from '../model/job.ts';
import { SKIP_REASONS } from '../model/job.ts';
import type { JobJson, PlanAnswer, StartAnswer } from './job-answer.ts';

/** A job as the API shows it. Pure, total. */
export function toJobJson(job: Job): JobJson {
  const { id, kind, state, by, reason, planned, cancelledBy } = job;
  const { sent, resolved, failedAgain, stale } = job.progress;
  return {
    id,
    kind,
    state,
    by,
    reason,
    selection: selectionOf(job.selection),
    settings: settingsOf(job),
    planned,
    groups: job.groups.map((group) => ({ ...group })),
    sent,
    resolved,
    failedAgain,
    stale,
    pending: pendingOf(job),
    skipped: skippedOf(job),
    ratePerSecond: shownRate(job),
    secondsLeft: secondsLeft(job),
    createdAt: isoTime(job.createdAtMs),
    startedAt: isoTimeOrNull(job.startedAtMs),
    endedAt: isoTimeOrNull(job.endedAtMs),
    cancelledBy,
  };
}

/** What a dry run answers. Pure, total. */
export function toPlanAnswer(job: Job): PlanAnswer {
  return {
    success: true,
    planId: job.id,
    kind: job.kind,
    planned: job.planned,
    groups: job.groups.map((group) => ({ ...group })),
    skipped: skippedOf(job),
    estimatedSeconds: estimatedSeconds(job),
    settings: settingsOf(job),
    expiresAt: isoTime(job.expiresAtMs),
  };
}

/** What a start answers. Pure, total. */
export function toStartAnswer(job: Job): StartAnswer {
  const { id, kind, state, planned } = job;
  return { success: true, id, kind, state, planned, skipped: skippedOf(job) };
}

/** Canary and ratio mean something to a redrive alone. */
function settingsOf({ kind, settings }: Job): JobJson['settings'] {
  const { canary, stopAtFailureRatio, ...every } = settings;
  return kind === 'redrive' ? { ...every, canary, stopAtFailureRatio } : every;
}

/** By the plan and by the slices together. */
function skippedOf({ skippedByPlan, progress }: Job): Partial<Record<SkipReason, number>> {
  const counted = SKIP_REASONS.map((reason) => {
    const count = (skippedByPlan[reason] ?? 0) + (progress.skipped[reason] ?? 0);
    return [reason, count] as const;
  });
  return Object.fromEntries(counted.filter(([, count]) => count > 0));
}

function selectionOf(selection: JobSelection): JobJson['selection'] {
  if (selection.kind === 'ids') return { ids: [...selection.ids] };
  const { fromMs, toMs, ...same } = selection.filter;
  return {
    filter: {
      ...same,
      ...(fromMs === undefined ? {} : { from: isoTime(fromMs) }),
      ...(toMs === undefined ? {} : { to: isoTime(toMs) }),
    },
  };
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

function isoTimeOrNull(atMs: number | null): string | null {
  return atMs === null ? null : isoTime(atMs);
}
