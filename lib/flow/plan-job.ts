import {
  addToPlan,
  filterOf,
  frozenPlan,
  groupSizes,
  NO_PROGRESS,
  type PlanDraft,
} from '../decide/job-plan.ts';
import { AppError } from '../model/errors.ts';
import type { Job, JobGroupCount, JobKind, JobSelection, JobSettings } from '../model/job.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeadLetterIndex } from '../ports/dead-letter-index.ts';
import type { GroupStore } from '../ports/group-store.ts';
import type { JobStore } from '../ports/job-store.ts';
import { eachLoad } from './item-loads.ts';
import { mapBounded } from './map-bounded.ts';

/** How long a plan can be started. */
const PLAN_MS = 24 * 60 * 60 * 1000;
/** Groups that a plan tells apart. */
const GROUPS_MAX = 50;
/** Titles of groups that are read side by side. */
const GETS_AT_ONCE = 4;
/** Kept back from the deadline for sorting and writing the list, and for starting it. */
const WRITE_MS = 3_000;
/** Dead letters that a plan looks at: some hundred bytes of memory each, and five times what a job can take. */
export const LOOKED_AT_MAX = 500_000;

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
 * Freezes a selection: the list of dead letters that such a job can change now, in the order in which their records were
 * written, and why it leaves the others alone. Over its limit the first ones count, so all that a filter finds is read
 * first. Changes nothing but that the plan is there; it can be started for 24 hours.
 *
 * @returns the job, `planned`
 * @throws AppError SELECTION_TOO_LARGE where a filter finds more than can be read by the deadline, or than
 * LOOKED_AT_MAX; STORE_UNAVAILABLE
 */
export async function planJob(request: JobRequest, deps: PlanJobDeps): Promise<Job> {
  const { kind, selection, settings, by } = request;
  const { clock, jobs, newId } = deps;
  const { planned, skipped } = frozenPlan(await draftOf(request, deps), settings.limit);
  const ids = planned.map(({ id }) => id);
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
    groups: await titled(groupSizes(planned).slice(0, GROUPS_MAX), deps),
    skippedByPlan: skipped,
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

/** What the selection names or finds. */
async function draftOf(
  { kind, selection, settings, deadlineMs }: JobRequest,
  { index, clock, redrivesMax }: PlanJobDeps,
): Promise<PlanDraft> {
  const draft: PlanDraft = { found: [], skipped: {} };
  const rules = { kind, force: settings.force, redrivesMax };
  if (selection.kind === 'ids') {
    const ids = [...new Set(selection.ids)];
    const loads = await eachLoad(ids, (load) => index.getMany(load));
    const byId = new Map(loads.flat().map((item) => [item.id, item]));
    const named = ids.map((id) => byId.get(id));
    addToPlan(draft, named, rules, clock.nowMs());
    return draft;
  }
  let lookedAt = 0;
  const isAll = await index.survey(filterOf(selection.filter, kind), (load) => {
    const nowMs = clock.nowMs();
    addToPlan(draft, load, rules, nowMs);
    lookedAt += load.length;
    return nowMs < deadlineMs - WRITE_MS && lookedAt < LOOKED_AT_MAX;
  });
  if (isAll) return draft;
  throw new AppError(
    'SELECTION_TOO_LARGE',
    `The filter finds more than can be planned in one request: ${lookedAt} dead letters were read, and that was not all. A plan is made of all that a filter finds, so a smaller limit does not help: give a narrower filter (a group, a range of time), and plan part by part`,
  );
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
