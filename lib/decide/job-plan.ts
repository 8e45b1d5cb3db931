import type { DeadLetterItem } from '../model/dead-letter.ts';
import type {
  DeadLetterFilter,
  Job,
  JobKind,
  JobProgress,
  JobSettings,
  SkipReason,
} from '../model/job.ts';
import { skipReason, type JobRules } from './job-step.ts';

/** Waves that wait for their outcomes: what each costs at least. */
const WAVE_SECONDS = 1;

/** The filter with the state that it stands for where it names none: those that such a job can change. Pure, total. */
export function filterOf(filter: DeadLetterFilter, kind: JobKind): DeadLetterFilter {
  const state = kind === 'redrive' || kind === 'discard' ? 'open' : 'discarded';
  return { state, ...filter };
}

/** What a plan keeps of a dead letter. */
export interface PlannedItem {
  readonly id: string;
  readonly group: string;
  readonly arrivedAtMs: number;
  readonly originalPartition: number;
  readonly originalOffset: number;
}

export interface PlanDraft {
  readonly planned: PlannedItem[];
  readonly skipped: Partial<Record<SkipReason, number>>;
}

/**
 * Puts the next dead letters that a selection named or found into the plan, or counts why not.
 * @param draft grows
 * @param items undefined for an id that nobody knows
 */
export function addToPlan(
  draft: PlanDraft,
  items: readonly (DeadLetterItem | undefined)[],
  rules: JobRules & { readonly limit: number },
  nowMs: number,
): void {
  for (const item of items) {
    const reason = skipReason(item, rules, nowMs);
    const isOver = draft.planned.length >= rules.limit;
    if (item !== undefined && reason === undefined && !isOver) {
      const { id, group, arrivedAtMs, originalPartition, originalOffset } = item;
      draft.planned.push({ id, group, arrivedAtMs, originalPartition, originalOffset });
      continue;
    }
    const why = reason ?? 'over-limit';
    draft.skipped[why] = (draft.skipped[why] ?? 0) + 1;
  }
}

/** Oldest arrival first, so that records of one key are processed in the order in which they were written. */
export function inOrder(planned: readonly PlannedItem[]): PlannedItem[] {
  return planned.toSorted(
    (a, b) =>
      a.arrivedAtMs - b.arrivedAtMs ||
      a.originalPartition - b.originalPartition ||
      a.originalOffset - b.originalOffset,
  );
}

/** Planned dead letters by group, the largest first. Pure, total. */
export function groupSizes(planned: readonly PlannedItem[]): { group: string; count: number }[] {
  const byGroup = Map.groupBy(planned, ({ group }) => group);
  return [...byGroup]
    .map(([group, items]) => ({ group, count: items.length }))
    .toSorted((a, b) => b.count - a.count || (a.group < b.group ? -1 : 1));
}

/** How long it takes at least, in whole seconds: at its rate, and a second for the outcomes of each wave. Pure, total. */
export function estimatedSeconds({
  kind,
  planned,
  settings,
}: Pick<Job, 'kind' | 'planned' | 'settings'>): number {
  const waits = kind === 'redrive' ? waveCount(planned, settings) : 0;
  return Math.ceil(planned / settings.ratePerSecond) + waits * WAVE_SECONDS;
}

/** canary + 2 · canary + 4 · canary + … ≥ planned */
function waveCount(planned: number, { canary }: JobSettings): number {
  return planned === 0 ? 0 : Math.ceil(Math.log2(planned / canary + 1));
}

const NONE = { resolved: 0, failedAgain: 0, stale: 0 };

/** Of a job that nobody has worked yet. */
export const NO_PROGRESS: JobProgress = {
  slice: null,
  position: 0,
  wave: { from: 0, to: 0 },
  sent: 0,
  ...NONE,
  before: NONE,
  ended: { ...NONE, position: 0 },
  skipped: {},
  paceFrom: null,
  atMs: null,
};
