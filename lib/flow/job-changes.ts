import type { JobRules } from '../decide/job-step.ts';
import { release, type Change } from '../decide/life.ts';
import { hasChange } from '../decide/written-change.ts';
import type { DeadLetterItem } from '../model/dead-letter.ts';
import type { Job } from '../model/job.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeadLetterIndex } from '../ports/dead-letter-index.ts';
import type { EnvelopeCodec } from '../ports/envelope-codec.ts';
import type { JobStore } from '../ports/job-store.ts';
import type { RecordPublisher } from '../ports/record-publisher.ts';
import type { RecordReader } from '../ports/record-reader.ts';
import { countAllInGroups, type GroupCountDeps } from './count-in-groups.ts';
import { eachLoad } from './item-loads.ts';
import type { JobHold } from './job-hold.ts';
import type { JobJournal } from './job-journal.ts';
import type { JobRecordDeps } from './job-record.ts';
import { keepTrying, type Patience } from './keep-trying.ts';

export interface SliceDeps extends GroupCountDeps, JobRecordDeps {
  readonly index: DeadLetterIndex;
  readonly jobs: JobStore;
  readonly reader: RecordReader;
  readonly codec: EnvelopeCodec;
  readonly publisher: RecordPublisher;
  readonly clock: Clock;
  readonly redriveTopic: string;
  readonly intakeTopic: string;
  /** DLQ_MAX_REDRIVES */
  readonly redrivesMax: number;
  /** From a claim on, without outcome. */
  readonly staleAfterMs: number;
}

/** One run of a slice: the job that it holds, and what it works with. */
export interface Slice {
  readonly hold: JobHold;
  readonly rules: JobRules;
  readonly deps: SliceDeps;
  readonly patience: Patience;
  readonly journal: JobJournal;
}

/** Who changes a dead letter, and why, as its history has it. */
export function changeOf({ id, by, reason }: Job, atMs: number): Change {
  return { atMs, by, jobId: id, reason: reason ?? '' };
}

/** Dead letters as the index has them, however many; those that it does not know are left out. @throws OutOfTimeError */
export async function getItems(
  ids: readonly string[],
  { deps: { index }, patience }: Slice,
): Promise<readonly DeadLetterItem[]> {
  const loads = await eachLoad(ids, (load) => keepTrying(() => index.getMany(load), patience));
  return loads.flat();
}

/** The change was made; or it was not, for the item is another one by now. */
export type Written =
  { readonly done: true } | { readonly done: false; readonly item: DeadLetterItem | undefined };

/**
 * Writes a changed item on condition of the revision before. A write whose answer was lost, and that is there, was done;
 * where somebody has changed the item behind it, it is said and counted as done, and the item is another one by now.
 * @throws OutOfTimeError
 */
export async function putChanged(
  before: DeadLetterItem,
  after: DeadLetterItem,
  { deps, patience, journal }: Slice,
): Promise<Written> {
  const { index } = deps;
  const written = await keepTrying(async (): Promise<Written> => {
    if (await index.put(after, before.revision)) return { done: true };
    const [item] = await index.getMany([after.id]);
    const isDone = item?.revision === after.revision && hasChange(item, after);
    return isDone ? { done: true } : { done: false, item };
  }, patience);
  if (written.done) {
    journal.changed(before, after);
  } else if (written.item !== undefined && wasDone(before, after, written.item)) {
    journal.changed(before, after);
    await countAllInGroups([[before, after]], deps);
  }
  return written;
}

/** Whether a change was made, and another one behind it; a claim that is renewed leaves nothing that tells. */
function wasDone(before: DeadLetterItem, after: DeadLetterItem, item: DeadLetterItem): boolean {
  const isTold = before.history.at(-1) !== after.history.at(-1);
  return isTold && item.revision > after.revision && hasChange(item, after);
}

/** Sets a claim of this job that was not sent back to open, unless its outcome is there by now. @throws OutOfTimeError */
export async function releaseClaim(claimed: DeadLetterItem, slice: Slice): Promise<void> {
  const { hold, deps } = slice;
  let item: DeadLetterItem | undefined = claimed;
  while (item !== undefined) {
    const { job } = hold;
    const by = job.cancelledBy ?? job.by;
    const released = release(item, { ...changeOf(job, deps.clock.nowMs()), by });
    if (released === undefined) return;
    const written = await putChanged(item, released, slice);
    if (written.done) return countAllInGroups([[item, released]], deps);
    item = written.item;
  }
}
