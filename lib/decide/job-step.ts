import type { Candidate, DeadLetterItem } from '../model/dead-letter.ts';
import type { JobKind, SkipReason } from '../model/job.ts';
import { claim, claimPurge, discard, isRedrivable, restore, type Change } from './life.ts';
import { lastChangeBy } from './own-change.ts';

/** What a job may do to dead letters. */
export interface JobRules {
  readonly kind: JobKind;
  /** Take those as well that were redriven too often. */
  readonly force: boolean;
  /** DLQ_MAX_REDRIVES */
  readonly redrivesMax: number;
}

export interface JobTimes {
  /** Epoch ms; before that the job has changed nothing. */
  readonly startedAtMs: number | null;
  /** From a claim on, without outcome. */
  readonly staleAfterMs: number;
}

/** What a slice does with one dead letter of its list. */
export type JobStep =
  /** Written on condition of its revision: claimed, or changed for good (discard, restore). */
  | { readonly kind: 'write'; readonly item: DeadLetterItem }
  /** This job has claimed it, and nothing says that it was published: it is published once more. */
  | { readonly kind: 'publish-again'; readonly item: DeadLetterItem }
  /** This job has changed it, or its outcome is there. */
  | { readonly kind: 'dealt-with' }
  | { readonly kind: 'skip'; readonly reason: SkipReason };

/**
 * Why a job of that kind leaves a dead letter alone; undefined: it does not. Pure, total.
 * @param item undefined: there is none
 */
export function skipReason(
  item: Candidate | undefined,
  { kind, force, redrivesMax }: JobRules,
  nowMs: number,
): SkipReason | undefined {
  if (item === undefined) return 'not-found';
  const { state } = item;
  switch (kind) {
    case 'redrive':
      if (!isRedrivable(item, nowMs)) return state === 'redriving' ? 'redriving' : 'wrong-state';
      if (item.bytesMissing) return 'bytes-missing';
      return item.redriveCount >= redrivesMax && !force ? 'redriven-too-often' : undefined;
    case 'discard':
      if (state === 'open') return undefined;
      return state === 'redriving' ? 'redriving' : 'wrong-state';
    case 'restore':
      return state === 'discarded' ? undefined : 'wrong-state';
    case 'purge':
      // One that is being purged may wait for an event that nobody has: it is asked for again.
      return state === 'discarded' || state === 'purging' ? undefined : 'wrong-state';
    default:
      return kind satisfies never;
  }
}

/**
 * What to do with one dead letter of the list, whatever a slice before this one did to it: a job claims each at most
 * once. Where later changes have pushed out of the history whether it did, it leaves it alone. Pure, total.
 */
export function decideStep(
  item: DeadLetterItem | undefined,
  rules: JobRules,
  change: Change,
  times: JobTimes,
): JobStep {
  const own = item === undefined ? undefined : ownStep(item, rules.kind, change, times);
  if (own !== undefined) return own;
  const reason = skipReason(item, rules, change.atMs);
  if (item === undefined || reason !== undefined) {
    return { kind: 'skip', reason: reason ?? 'not-found' };
  }
  const written = changes[rules.kind](item, change, times.staleAfterMs);
  return written === undefined
    ? { kind: 'skip', reason: 'wrong-state' }
    : { kind: 'write', item: written };
}

const changes: Readonly<
  Record<
    JobKind,
    (item: DeadLetterItem, change: Change, staleAfterMs: number) => DeadLetterItem | undefined
  >
> = { redrive: claim, discard, restore, purge: claimPurge };

/** Where this job has changed it before; undefined: it has not. */
function ownStep(
  item: DeadLetterItem,
  kind: JobKind,
  change: Change,
  { startedAtMs, staleAfterMs }: JobTimes,
): JobStep | undefined {
  const last = lastChangeBy(change.jobId, item, startedAtMs);
  if (last === undefined) return undefined;
  // A slice that was thought dead must not take it again once the job was called off.
  if (last === 'released') return { kind: 'skip', reason: 'wrong-state' };
  const { state, redrive } = item;
  if (kind === 'purge') {
    // Nothing leads from there to where it could be purged a second time.
    if (last === 'forgotten') return undefined;
    return state === 'purging' ? { kind: 'publish-again', item } : { kind: 'dealt-with' };
  }
  if (last === 'forgotten') return { kind: 'skip', reason: 'wrong-state' };
  if (kind !== 'redrive' || last !== 'claimed') return { kind: 'dealt-with' };
  // Somebody else redrives it, or did, since this claim was stale: its bytes are theirs to send.
  if (state !== 'redriving' || redrive?.id !== change.jobId) {
    return state === 'resolved' ? { kind: 'dealt-with' } : { kind: 'skip', reason: 'redriving' };
  }
  if (redrive.staleAtMs > change.atMs) return { kind: 'publish-again', item };
  // Nobody worked the job for so long that anybody may claim it: first it is this job's again.
  const staleAtMs = change.atMs + staleAfterMs;
  const renewed = { ...redrive, staleAtMs };
  return { kind: 'write', item: { ...item, revision: item.revision + 1, redrive: renewed } };
}
