import { fitsInvocation } from '../codec/payload-size.ts';
import { outcomeOf, type PositionOutcome } from '../decide/job-outcome.ts';
import { decideStep, type JobTimes } from '../decide/job-step.ts';
import type { DeadLetterItem, Envelope } from '../model/dead-letter.ts';
import type { RecordContent } from '../model/record.ts';
import type { SkipReason } from '../model/job.ts';
import type { PublishRequest } from '../ports/record-publisher.ts';
import { changeOf, getItems, putChanged, releaseClaim, type Slice } from './job-changes.ts';
import { countAllInGroups } from './count-in-groups.ts';
import { toIntakeRequest } from './hand-over.ts';
import { keepTrying, OutOfTimeError } from './keep-trying.ts';
import { mapBounded } from './map-bounded.ts';
import { findEnvelope } from './read-dead-letter.ts';
import { readEnvelopes } from './read-envelopes.ts';
import { redriveContent, redriveRequest } from './redrive-record.ts';

/** Conditional writes of the index side by side: as many as the SDK has connections. */
const WRITES_AT_ONCE = 50;

/** A dead letter of the list as it was read; `envelope` is null where its bytes are gone, undefined where nobody looked. */
export interface ReadEntry {
  readonly id: string;
  readonly item: DeadLetterItem | undefined;
  readonly envelope: Envelope | null | undefined;
  /** Whether it will be sent, as far as can be told now. */
  readonly isDue: boolean;
}

/** What became of a dead letter of the list. */
export interface WorkedEntry {
  readonly id: string;
  readonly outcome: PositionOutcome;
  /** There where the job left it alone. */
  readonly skipped?: SkipReason;
}

/**
 * Reads the next dead letters of the list with the bytes that will be sent. Changes nothing.
 * @returns fewer than asked for where their bytes would take too much room, but at least one
 */
export async function readChunk(ids: readonly string[], slice: Slice): Promise<ReadEntry[]> {
  const { hold, deps, patience } = slice;
  const { clock } = deps;
  const found = await getItems(ids, slice);
  const byId = new Map(found.map((item) => [item.id, item]));
  const change = changeOf(hold.job, clock.nowMs());
  const isDue = (item: DeadLetterItem | undefined) => {
    const { kind } = decideStep(item, slice.rules, change, timesOf(slice));
    return kind === 'write' || kind === 'publish-again';
  };
  const entries = ids.map((id) => ({ id, item: byId.get(id), isDue: isDue(byId.get(id)) }));
  if (hold.job.kind !== 'redrive') {
    return entries.map((entry) => ({ ...entry, envelope: undefined }));
  }
  const due = entries.flatMap(({ item, isDue: wanted }) => (item && wanted ? [item] : []));
  const envelopes = await keepTrying(() => readEnvelopes(due, patience.deadlineMs, deps), patience);
  const cut = entries.findIndex((entry) => entry.isDue && !envelopes.has(entry.id));
  return entries.slice(0, cut === -1 ? entries.length : cut).map((entry) => ({
    ...entry,
    envelope: entry.isDue ? (envelopes.get(entry.id) ?? null) : undefined,
  }));
}

/** What is written to a topic about a dead letter that the job has claimed. */
interface Outgoing {
  readonly id: string;
  readonly item: DeadLetterItem;
  readonly request: PublishRequest;
}

/**
 * Claims, or changes, each dead letter of a chunk on condition of the revision that is there; then writes what has to be
 * written about them to its topic. Resolves once all of that is acknowledged.
 * @throws OutOfTimeError
 */
export async function workChunk(
  entries: readonly ReadEntry[],
  slice: Slice,
): Promise<readonly WorkedEntry[]> {
  const changes: [DeadLetterItem, DeadLetterItem][] = [];
  const claimed = new Map<string, Outgoing>();

  const settle = async (entry: ReadEntry): Promise<WorkedEntry> => {
    const { id } = entry;
    let { item } = entry;
    for (;;) {
      const change = changeOf(slice.hold.job, slice.deps.clock.nowMs());
      const step = decideStep(item, slice.rules, change, timesOf(slice));
      if (step.kind === 'skip') return leftOut(id, step.reason);
      if (step.kind === 'dealt-with') return { id, outcome: outcomeNow(item, slice) };
      const built = await buildRequest(step.item, entry, slice);
      if (typeof built === 'string') {
        if (step.kind === 'publish-again') await releaseClaim(step.item, slice);
        return leftOut(id, built);
      }
      if (step.kind === 'write' && item !== undefined) {
        const written = await putChanged(item, step.item, slice);
        if (!written.done) {
          item = written.item;
          continue;
        }
        changes.push([item, step.item]);
      }
      if (built === undefined) return { id, outcome: 'resolved' };
      claimed.set(id, { id, item: step.item, request: built });
      return { id, outcome: 'pending' };
    }
  };

  const worked = await mapBounded(entries, WRITES_AT_ONCE, settle).catch(async (error: unknown) => {
    // What was written by then is counted: whoever takes over finds it dealt with, and counts nothing.
    await countAllInGroups(changes, slice.deps);
    throw error;
  });
  const counted = countAllInGroups(changes, slice.deps);
  // In the order of the list, whichever claim was there first: records of one key keep theirs.
  const outgoing = entries.flatMap(({ id }) => claimed.get(id) ?? []);
  try {
    const refused = await publishAll(outgoing, slice);
    return worked.map((entry) => (refused.has(entry.id) ? leftOut(entry.id, 'too-large') : entry));
  } finally {
    await counted;
  }
}

function timesOf({ hold, deps }: Slice): JobTimes {
  return { startedAtMs: hold.job.startedAtMs, staleAfterMs: deps.staleAfterMs };
}

function leftOut(id: string, skipped: SkipReason): WorkedEntry {
  return { id, outcome: 'left-out', skipped };
}

function outcomeNow(item: DeadLetterItem | undefined, { hold, deps }: Slice): PositionOutcome {
  return outcomeOf(item, hold.job, deps.staleAfterMs, deps.clock.nowMs());
}

/** What is to be published; undefined: nothing; or why it cannot be. */
async function buildRequest(
  item: DeadLetterItem,
  entry: ReadEntry,
  { hold, deps, patience }: Slice,
): Promise<PublishRequest | undefined | SkipReason> {
  const { kind, id: jobId } = hold.job;
  if (kind === 'purge') {
    const askedAtMs = deps.clock.nowMs();
    return toIntakeRequest({ kind: 'purge', id: item.id, jobId, askedAtMs }, deps.intakeTopic);
  }
  if (kind !== 'redrive') return undefined;
  const { envelope } = entry;
  const found =
    envelope !== undefined
      ? envelope
      : await keepTrying(() => findEnvelope(item, patience.deadlineMs, deps), patience);
  if (!found || found.bytesMissing || item.redrive === null) return 'bytes-missing';
  const content: RecordContent = redriveContent(found, item.redrive);
  // One that no function can be invoked with would lie on the topic and never have an outcome.
  if (!fitsInvocation(content)) return 'too-large';
  return redriveRequest(content, item, deps.redriveTopic);
}

/** @returns ids of those that their topic refuses for their size: no longer claimed */
async function publishAll(outgoing: readonly Outgoing[], slice: Slice): Promise<Set<string>> {
  const { deps, patience } = slice;
  const refused = new Set<string>();
  if (outgoing.length === 0) return refused;
  const outcomes = await deps.publisher.publish(
    outgoing.map(({ request }) => request),
    {
      deadlineMs: patience.deadlineMs,
      onFirstFailure: (_index, error) => patience.onFailure(error),
    },
  );
  for (const [index, outcome] of outcomes.entries()) {
    const one = outgoing[index];
    if (outcome.kind === 'unknown') {
      throw new OutOfTimeError('The brokers did not acknowledge in time', { cause: outcome.error });
    }
    if (outcome.kind === 'acknowledged' || one === undefined) continue;
    refused.add(one.id);
    await releaseClaim(one.item, slice);
  }
  return refused;
}
