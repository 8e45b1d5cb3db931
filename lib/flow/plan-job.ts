import {
  addToPlan,
  filterOf,
  groupSizes,
  inOrder,
  NO_PROGRESS,
  type PlanDraft,
} from '../decide/job-plan.ts';
import type { DeadLetterItem } from '../model/dead-letter.ts';
import { AppError } from '../model/errors.ts';
import type { Job, JobGroupCount, JobKind, JobSelection, JobSettings } from '../model/job.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeadLetterIndex, ListPosition } from '../ports/dead-letter-index.ts';
import type { GroupStore } from '../ports/group-store.ts';
import type { JobStore } from '../ports/job-store.ts';
import { itemLoads } from './item-loads.ts';
import { mapBounded } from './map-bounded.ts';

/** How long a plan can be started. */
const PLAN_MS = 24 * 60 * 60 * 1000;
/** Groups that a plan tells apart. */
const GROUPS_MAX = 50;
/** Dead letters that the index is asked for at a time; loads of named ones side by side. */
const PAGE_ITEMS = 1_000;
const GETS_AT_ONCE = 4;
/** Kept back from the deadline for writing the list. */
const WRITE_MS = 1_500;

export interface JobRequest {
  readonly kind: JobKind;
  readonly selection: JobSelection;
  readonly settings: JobSettings;
  /** Who asks, as the API knows them. */
  readonly by: string;
  /** Epoch ms by which the plan must be there. */
  readonly deadlineMs: number;
}

export interface PlanJobDeps {
  readonly index: DeadLetterIndex;
  readonly groups: GroupStore;
  readonly jobs: JobStore;
  readonly clock: Clock;
  /** A name that no other job has. */
  readonly newId: () => string;
  /** DLQ_MAX_REDRIVES */
  readonly redrivesMax: number;
}

/**
 * Freezes a selection: the list of dead letters that such a job can change now, oldest arrival first, and why it leaves
 * the others alone. Changes nothing but that the plan is there; it can be started for 24 hours.
 *
 * @returns the job, `planned`
 * @throws AppError TIMED_OUT where the selection is too large to be read by the deadline; STORE_UNAVAILABLE
 */
export async function planJob(request: JobRequest, deps: PlanJobDeps): Promise<Job> {
  const { kind, selection, settings, by } = request;
  const { clock, jobs, newId } = deps;
  const draft: PlanDraft = { planned: [], skipped: {} };
  const { force, limit } = settings;
  const rules = { kind, force, limit, redrivesMax: deps.redrivesMax };
  for await (const items of selected(request, deps)) {
    addToPlan(draft, items, rules, clock.nowMs());
    // How many there are beyond the limit is not worth reading them all.
    if (selection.kind === 'filter' && draft.planned.length >= limit) break;
  }
  const ids = inOrder(draft.planned).map(({ id }) => id);
  const createdAtMs = clock.nowMs();
  const job: Job = {
    id: newId(),
    kind,
    revision: 1,
    state: 'planned',
    selection,
    settings,
    reason: null,
    by,
    planned: ids.length,
    groups: await titled(groupSizes(draft.planned).slice(0, GROUPS_MAX), deps),
    skippedByPlan: draft.skipped,
    createdAtMs,
    startedAtMs: null,
    endedAtMs: null,
    cancelledBy: null,
    expiresAtMs: createdAtMs + PLAN_MS,
    progress: NO_PROGRESS,
  };
  await jobs.create(job, ids);
  return job;
}

/** What the selection names or finds, load by load; undefined for an id that nobody knows. */
async function* selected(
  { kind, selection, deadlineMs }: JobRequest,
  { index, clock }: PlanJobDeps,
): AsyncGenerator<readonly (DeadLetterItem | undefined)[]> {
  if (selection.kind === 'ids') {
    const ids = [...new Set(selection.ids)];
    const found = await mapBounded(itemLoads(ids), GETS_AT_ONCE, (load) => index.getMany(load));
    const byId = new Map(found.flat().map((item) => [item.id, item]));
    yield ids.map((id) => byId.get(id));
    return;
  }
  const filter = filterOf(selection.filter, kind);
  let after: ListPosition | null = null;
  let found = 0;
  do {
    if (clock.nowMs() >= deadlineMs - WRITE_MS) {
      throw new AppError(
        'TIMED_OUT',
        `The selection is too large to be planned in time: ${found} dead letters were found so far. Give a smaller limit, or a narrower filter (a group, a time range)`,
      );
    }
    const page = await index.list(filter, PAGE_ITEMS, after);
    found += page.items.length;
    yield page.items;
    after = page.next;
  } while (after !== null);
}

/** Groups with what people read for them; where the store knows none, its name. */
function titled(
  sizes: readonly { group: string; count: number }[],
  { groups }: PlanJobDeps,
): Promise<JobGroupCount[]> {
  return mapBounded(sizes, GETS_AT_ONCE, async ({ group, count }) => {
    const known = await groups.get(group);
    return { group, title: known?.title ?? group, count };
  });
}
