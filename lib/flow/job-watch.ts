import { outcomeOf, type PositionOutcome } from '../decide/job-outcome.ts';
import type { DeadLetterItem } from '../model/dead-letter.ts';
import type { Job, JobProgress, OutcomeCounts } from '../model/job.ts';

/** What became of the dead letters that a job has sent. */
export interface JobWatch {
  /** One more was dealt with. Positions come in their order. */
  add(id: string, outcome: PositionOutcome): void;
  /** Ids of some that have not ended: those that were not looked at for longest. */
  next(count: number): readonly string[];
  /** What the index holds of those that were looked at. */
  note(ids: readonly string[], items: readonly DeadLetterItem[], nowMs: number): void;
  readonly pending: number;
  /** For the job's progress: outcomes of all so far. */
  counts(): Pick<JobProgress, keyof OutcomeCounts | 'ended'>;
}

type Counts = Record<keyof OutcomeCounts, number>;

/** @param staleAfterMs after which a purge without end is stale */
export function createJobWatch(job: Job, staleAfterMs: number): JobWatch {
  const { progress } = job;
  // Those that come after the last one before which all have ended, in their order.
  let head = 0;
  const positions: { readonly id: string; outcome: PositionOutcome }[] = [];
  const ended = { ...progress.ended };
  const total: Counts = onlyCounts(progress.ended);
  // Oldest look first.
  const pending = new Map<string, number>();

  const slide = () => {
    for (let first = positions[head]; first !== undefined && first.outcome !== 'pending';) {
      count(ended, first.outcome);
      ended.position += 1;
      head += 1;
      first = positions[head];
    }
    if (head < 1_000) return;
    for (const [id, index] of pending) pending.set(id, index - head);
    positions.splice(0, head);
    head = 0;
  };

  return {
    add(id, outcome) {
      if (outcome === 'pending') pending.set(id, positions.length);
      positions.push({ id, outcome });
      count(total, outcome);
      slide();
    },
    next(wanted) {
      const ids: string[] = [];
      for (const id of pending.keys()) {
        if (ids.length >= wanted) break;
        ids.push(id);
      }
      return ids;
    },
    note(ids, items, nowMs) {
      const byId = new Map(items.map((item) => [item.id, item]));
      for (const id of ids) {
        const index = pending.get(id);
        const position = index === undefined ? undefined : positions[index];
        if (index === undefined || position === undefined) continue;
        const outcome = outcomeOf(byId.get(id), job, staleAfterMs, nowMs);
        pending.delete(id);
        if (outcome === 'pending') {
          pending.set(id, index); // To the end of the row.
          continue;
        }
        position.outcome = outcome;
        count(total, outcome);
      }
      slide();
    },
    get pending() {
      return pending.size;
    },
    counts: () => ({ ...total, ended: { ...ended } }),
  };
}

function count(counts: Counts, outcome: PositionOutcome): void {
  if (outcome !== 'pending' && outcome !== 'left-out') counts[outcome] += 1;
}

function onlyCounts({ resolved, failedAgain, stale }: OutcomeCounts): Counts {
  return { resolved, failedAgain, stale };
}
