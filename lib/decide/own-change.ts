import type { DeadLetterItem, HistoryEntry, ItemRedrive } from '../model/dead-letter.ts';
import { mayHaveForgotten } from './history.ts';

/** Its last change; forgotten: there may have been one, and nothing tells any more; undefined: there was none. */
export type OwnChange = HistoryEntry['what'] | 'forgotten' | undefined;

const BY_OUTCOME = { resolved: 'resolved', failed: 'failed-again', released: 'released' } as const;

/**
 * What a job did last to a dead letter, or what became of that. The history tells; of the last redrive, the item does as
 * well when later changes have pushed it out. Pure, total.
 * @param startedAtMs the job's: before that it has changed nothing
 */
export function lastChangeBy(
  jobId: string,
  item: DeadLetterItem,
  startedAtMs: number | null,
): OwnChange {
  const last = item.history.findLast((entry) => entry.jobId === jobId);
  if (last !== undefined) return last.what;
  if (item.redrive?.id === jobId) return changeOf(item.redrive);
  return mayHaveForgotten(item, startedAtMs ?? 0) ? 'forgotten' : undefined;
}

function changeOf({ outcome }: ItemRedrive): HistoryEntry['what'] {
  return outcome === null ? 'claimed' : BY_OUTCOME[outcome];
}
