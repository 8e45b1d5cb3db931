import { COUNT_BEGINS } from '../decide/reindex-count.ts';
import { firstPass, MET_MAX } from '../decide/reindex-pass.ts';
import type { ReindexCounts, ReindexState } from '../model/reindex.ts';
import type { Log } from '../ports/log.ts';
import { stepCount, type CountDeps } from './reindex-groups.ts';
import { createReindexJournal } from './reindex-journal.ts';
import { stepSweep, type SweepDeps } from './reindex-sweep.ts';
import { stepTopic, type Step, type TopicDeps } from './reindex-topic.ts';

type Supplied = 'journal' | 'by' | 'invocation' | 'known' | 'bounds';

export interface ReindexDeps
  extends Omit<TopicDeps, Supplied>, Omit<SweepDeps, Supplied>, Omit<CountDeps, Supplied> {
  readonly log: Log;
  /** For tests: smaller than the usual ones. */
  readonly bounds?: Partial<ReindexBounds>;
}

type ReindexBounds = TopicDeps['bounds'] & SweepDeps['bounds'] & CountDeps['bounds'];

const BOUNDS: ReindexBounds = {
  // As many dead letters as even a slow store takes in a few seconds.
  windowRecordsMax: 100,
  windowBytesMax: 16 * 1024 * 1024,
  metMax: MET_MAX,
  pageItems: 200,
  pageGroups: 10,
};

export interface ReindexCall {
  /** Where the call before left off; null: from the beginning. */
  readonly state: ReindexState | null;
  /** Who asks for it, as the API knows them. */
  readonly by: string;
  /** Request id of this call. */
  readonly invocation: string;
  /** Epoch ms: no step begins after it. One is done at least. */
  readonly untilMs: number;
  /** Epoch ms by which the last step must have answered. */
  readonly deadlineMs: number;
}

export interface ReindexPart {
  /** What the next call is to go on with; null: nothing is left. */
  readonly state: ReindexState | null;
  readonly counts: ReindexCounts;
}

const NOTHING: ReindexCounts = {
  read: 0,
  opened: 0,
  resolved: 0,
  erased: 0,
  renewed: 0,
  recounted: 0,
  unreadable: 0,
  left: 0,
};

/**
 * A part of a reindex: the index is brought in line with the last record of each key of the DLQ topic, and the topic is
 * mended where it holds what has ended; items of a former version are renewed; then the groups are counted anew. Every change is conditional on what was seen, so
 * it does no harm while dead letters come, are redriven and end. Where it rejects, the same call can be made again.
 *
 * @throws AppError KAFKA_UNAVAILABLE, STORE_UNAVAILABLE, REGISTRY_UNAVAILABLE or PUBLISH_NOT_ACKNOWLEDGED
 */
export async function reindex(call: ReindexCall, deps: ReindexDeps): Promise<ReindexPart> {
  const { by, invocation, untilMs, deadlineMs } = call;
  const journal = createReindexJournal(by, deps.log);
  const bounds = { ...BOUNDS, ...deps.bounds };
  const stepDeps = { ...deps, by, invocation, journal, bounds, known: new Set<string>() };
  if (call.state === null) journal.began();
  let state: ReindexState | null = call.state ?? firstPass(0);
  let counts = NOTHING;
  do {
    const done: Step = await step(state, deadlineMs, stepDeps);
    counts = sum(counts, done.counts);
    state = done.state ?? phaseAfter(state);
  } while (state !== null && deps.clock.nowMs() < untilMs);
  journal.sliceDone(counts, state === null);
  return { state, counts };
}

function step(
  state: ReindexState,
  deadlineMs: number,
  deps: TopicDeps & SweepDeps & CountDeps,
): Promise<Step> {
  switch (state.phase) {
    case 'topic':
      return stepTopic(state, deadlineMs, deps);
    case 'sweep':
      return stepSweep(state, deadlineMs, deps);
    case 'count':
      return stepCount(state, deps);
    default:
      return state satisfies never;
  }
}

function phaseAfter({ phase }: ReindexState): ReindexState | null {
  switch (phase) {
    case 'topic':
      return { phase: 'sweep', after: null };
    case 'sweep':
      return COUNT_BEGINS;
    case 'count':
      return null;
    default:
      return phase satisfies never;
  }
}

function sum(a: ReindexCounts, b: Partial<ReindexCounts>): ReindexCounts {
  const names = Object.keys(a) as (keyof ReindexCounts)[];
  return Object.fromEntries(
    names.map((name) => [name, a[name] + (b[name] ?? 0)]),
  ) as unknown as ReindexCounts;
}
