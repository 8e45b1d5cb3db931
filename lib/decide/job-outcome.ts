import type { DeadLetterItem } from '../model/dead-letter.ts';
import type { Job, OutcomeCounts } from '../model/job.ts';
import { isFinal, isStale } from './life.ts';
import { lastChangeBy } from './own-change.ts';

/** How a position of a job's list ended; pending: it has not; left-out: the job did nothing to it. */
export type PositionOutcome = keyof OutcomeCounts | 'pending' | 'left-out';

/**
 * How a dead letter ended that was sent by a job, as its item tells: whatever happened to it since. Pure, total.
 * @param item undefined: the index knows nothing of it any more
 * @param staleAfterMs after which a purge without end is stale
 */
export function outcomeOf(
  item: DeadLetterItem | undefined,
  { id, kind, startedAtMs }: Pick<Job, 'id' | 'kind' | 'startedAtMs'>,
  staleAfterMs: number,
  nowMs: number,
): PositionOutcome {
  if (item === undefined) return 'stale';
  const last = lastChangeBy(id, item, startedAtMs);
  if (last === undefined || last === 'released') return 'left-out';
  switch (kind) {
    case 'redrive':
      // As a first failure, where the index had lost the item meanwhile.
      if (last === 'failed-again' || last === 'failed') return 'failedAgain';
      if (item.state === 'resolved') return 'resolved';
      // Others have redriven it since, or purged it; or the history has forgotten it: nobody can tell, and nothing is inferred.
      if (item.redrive?.id !== id || item.state !== 'redriving') return 'stale';
      return isStale(item, nowMs) ? 'stale' : 'pending';
    case 'purge':
      if (isFinal(item.state)) return 'resolved';
      return item.changedAtMs + staleAfterMs <= nowMs ? 'stale' : 'pending';
    default:
      return 'resolved';
  }
}
