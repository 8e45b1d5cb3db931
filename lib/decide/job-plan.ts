import type { Candidate } from '../model/dead-letter.ts';
import type {
  DeadLetterFilter,
  Job,
  JobKind,
  JobProgress,
  JobSettings,
  SkipReason,
} from '../model/job.ts';
import { byText } from './by-text.ts';
import { skipReason, type JobRules } from './job-step.ts';

/** Waves that wait for their outcomes: what each costs at least. */
const WAVE_SECONDS = 1;

/** The filter with the state that it stands for where it names none: those that such a job can change. Pure, total. */
export function filterOf(filter: DeadLetterFilter, kind: JobKind): DeadLetterFilter {
  const state = kind === 'redrive' || kind === 'discard' ? 'open' : 'discarded';
  return { state, ...filter };
}

/** What a plan keeps of a dead letter. */
export interface PlannedItem extends Pick<
  Candidate,
  'id' | 'group' | 'originalTopic' | 'originalPartition' | 'originalOffset'
> {
  /** Epoch ms, finite: its first failure, which of its times is the nearest to when the record was written. */
  readonly failedAtMs: number;
}

export interface PlanDraft {
  /** Those that the job can change, in no order. */
  readonly found: PlannedItem[];
  readonly skipped: Partial<Record<SkipReason, number>>;
}

/**
 * Puts the next dead letters that a selection named or found into the draft of a plan, or counts why not.
 * @param draft grows
 * @param items undefined for an id that nobody knows
 */
export function addToPlan(
  draft: PlanDraft,
  items: readonly (Candidate | undefined)[],
  rules: JobRules,
  nowMs: number,
): void {
  for (const item of items) {
    const reason = skipReason(item, rules, nowMs);
    if (item !== undefined && reason === undefined) draft.found.push(toPlanned(item));
    else if (reason !== undefined) draft.skipped[reason] = (draft.skipped[reason] ?? 0) + 1;
  }
}

function toPlanned(item: Candidate): PlannedItem {
  const { id, group, arrivedAtMs, originalTopic, originalPartition, originalOffset } = item;
  const firstMs = Date.parse(item.firstFailureTimestamp);
  const failedAtMs = Number.isNaN(firstMs) ? arrivedAtMs : firstMs;
  return { id, group, failedAtMs, originalTopic, originalPartition, originalOffset };
}

/**
 * The list of a plan: the first ones in their order, up to the limit; the rest is counted as skipped. So a record that is
 * left out has none of its partition behind it in the list. Pure, total.
 * @param draft all that was named or found
 * @param limit ≥ 1
 */
export function frozenPlan({ found, skipped }: PlanDraft, limit: number) {
  const planned = inOrder(found).slice(0, limit);
  const over = found.length - planned.length;
  return { planned, skipped: over === 0 ? skipped : { ...skipped, 'over-limit': over } };
}

/**
 * The order in which the records were written: within a partition that of the offsets, whatever the times say; over
 * partitions the oldest first, as far as times tell. A record counts as no older than those of its partition before it. Pure,
 * total.
 */
export function inOrder(items: readonly PlannedItem[]): PlannedItem[] {
  const partitions = Map.groupBy(
    items,
    ({ originalTopic, originalPartition }) => `${originalPartition} ${originalTopic}`,
  );
  const dated = [...partitions.values()].flatMap((records) => {
    let latestMs = Number.NEGATIVE_INFINITY;
    return records.toSorted(byOffset).map((item) => {
      latestMs = Math.max(latestMs, item.failedAtMs);
      return { item, fromMs: latestMs };
    });
  });
  return dated
    .toSorted(
      (a, b) =>
        a.fromMs - b.fromMs ||
        byText(a.item.originalTopic, b.item.originalTopic) ||
        a.item.originalPartition - b.item.originalPartition ||
        byOffset(a.item, b.item),
    )
    .map(({ item }) => item);
}

function byOffset(a: PlannedItem, b: PlannedItem): number {
  return a.originalOffset - b.originalOffset || byText(a.id, b.id);
}

/** Planned dead letters by group, the largest first. Pure, total. */
export function groupSizes(planned: readonly PlannedItem[]): { group: string; count: number }[] {
  const byGroup = Map.groupBy(planned, ({ group }) => group);
  return [...byGroup]
    .map(([group, items]) => ({ group, count: items.length }))
    .toSorted((a, b) => b.count - a.count || byText(a.group, b.group));
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
