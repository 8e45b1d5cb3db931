import type { DeadLetterItem, DeadLetterState, HistoryEntry } from '../model/dead-letter.ts';
import { withEntry } from './history.ts';

/** Who changes a dead letter, when, in which job, and why. */
export interface Change {
  readonly atMs: number;
  readonly by: string;
  readonly jobId: string;
  readonly reason: string;
}

type Lived = Pick<DeadLetterItem, 'state' | 'redrive'>;

/** Nothing leads out of these; the DLQ topic holds a tombstone for them. Pure, total. */
export function isFinal(state: DeadLetterState): boolean {
  return state === 'resolved' || state === 'purged';
}

/** Whether it is being redriven and should have had its outcome by now: it can be redriven again. Pure, total. */
export function isStale({ state, redrive }: Lived, nowMs: number): boolean {
  return state === 'redriving' && (redrive === null || redrive.staleAtMs <= nowMs);
}

/** Whether a claim for a redrive may be made. Pure, total. */
export function isRedrivable(item: Lived, nowMs: number): boolean {
  return item.state === 'open' || isStale(item, nowMs);
}

/**
 * The changes that operators make. Each is a conditional write of the index on the revision that they saw, touches no
 * topic, and answers undefined where the state forbids it. Pure, total.
 */

/** open, or stale redriving → redriving. The job's id is the redrive's. @param staleAfterMs from now, without outcome */
export function claim(
  item: DeadLetterItem,
  change: Change,
  staleAfterMs: number,
): DeadLetterItem | undefined {
  if (!isRedrivable(item, change.atMs)) return undefined;
  const count = item.redriveCount + 1;
  return {
    ...changed(item, 'redriving', 'claimed', change),
    redriveCount: count,
    redrive: {
      id: change.jobId,
      count,
      claimedAtMs: change.atMs,
      staleAtMs: change.atMs + staleAfterMs,
      outcome: null,
    },
  };
}

/** A claim of this job that was never sent → open. It does not count as a redrive. */
export function release(item: DeadLetterItem, change: Change): DeadLetterItem | undefined {
  const { redrive } = item;
  if (item.state !== 'redriving' || redrive?.id !== change.jobId) return undefined;
  return {
    ...changed(item, 'open', 'released', change),
    redriveCount: item.redriveCount - 1,
    redrive: { ...redrive, outcome: 'released' },
  };
}

/** open → discarded. */
export function discard(item: DeadLetterItem, change: Change): DeadLetterItem | undefined {
  return item.state === 'open' ? changed(item, 'discarded', 'discarded', change) : undefined;
}

/** discarded → open. */
export function restore(item: DeadLetterItem, change: Change): DeadLetterItem | undefined {
  return item.state === 'discarded' ? changed(item, 'open', 'restored', change) : undefined;
}

/**
 * discarded, or purging → purging: from now on nothing but the purge itself, or a late success, ends it. One that is being
 * purged may wait for an event that nobody has: whoever claims it asks for it once more.
 */
export function claimPurge(item: DeadLetterItem, change: Change): DeadLetterItem | undefined {
  const isPossible = item.state === 'discarded' || item.state === 'purging';
  return isPossible ? changed(item, 'purging', 'purge-claimed', change) : undefined;
}

function changed(
  item: DeadLetterItem,
  to: DeadLetterState,
  what: HistoryEntry['what'],
  { atMs, by, jobId, reason }: Change,
): DeadLetterItem {
  return {
    ...item,
    revision: item.revision + 1,
    state: to,
    changedAtMs: atMs,
    history: withEntry(item.history, { atMs, what, by, from: item.state, to, jobId, reason }),
  };
}
