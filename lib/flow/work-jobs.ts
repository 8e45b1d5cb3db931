import { decodeJobRecord, type JobRecord } from '../codec/job-record.ts';
import { lastTryMs, sliceEndMs } from '../decide/job-pace.ts';
import type { ConsumedRecord } from '../model/record.ts';
import type { RecordOutcome } from '../model/outcome.ts';
import { createJobJournal, createSliceJournal, sayForeignRecord } from './job-journal.ts';
import type { SliceDeps } from './job-changes.ts';
import { JobLostError, takeOver, type JobHold, type SliceName } from './job-hold.ts';
import { publishJobRecord } from './job-record.ts';
import { workSlice } from './job-slice.ts';
import { keepTrying, type Patience } from './keep-trying.ts';
import { mapBounded } from './map-bounded.ts';
import { waitAtMost } from './pause.ts';

/** Jobs that one invocation works side by side. */
const JOBS_AT_ONCE = 10;

export interface WorkJobsDeps extends SliceDeps {
  /** A name that no other run has. */
  readonly newId: () => string;
}

/** Records about one job, in their order. */
type JobRecords = readonly { readonly at: ConsumedRecord; readonly says: JobRecord }[];

/**
 * Works a slice of each job that a batch of the jobs topic names. A record is settled once its job is over, or handed on
 * by an acknowledged record, or worked by others. Never rejects.
 *
 * @param records those of one partition in ascending offsets
 * @param deadlineMs epoch ms: what is not settled by then comes again
 * @returns one outcome for each record, in their order
 */
export async function workJobs(
  records: readonly ConsumedRecord[],
  deadlineMs: number,
  deps: WorkJobsDeps,
): Promise<readonly RecordOutcome[]> {
  const { clock } = deps;
  const jobs = byJob(records, deps);
  const unsettled = new Set(jobs.flatMap((ours) => ours.map(({ at }) => at)));

  const work = async (ours: JobRecords): Promise<void> => {
    if (!(await workJob(ours, deadlineMs, deps))) return;
    for (const { at } of ours) unsettled.delete(at);
  };
  // A store that hangs must not hold up the answer.
  await waitAtMost(mapBounded(jobs, JOBS_AT_ONCE, work), deadlineMs, clock);

  return records.map((record) => {
    const { topic, partition, offset } = record;
    const kind = unsettled.has(record) ? 'unsettled' : 'processed';
    return { topic, partition, offset, kind };
  });
}

function byJob(records: readonly ConsumedRecord[], { log }: WorkJobsDeps): JobRecords[] {
  const read = records.flatMap((at) => {
    const says = decodeJobRecord(at.value);
    if (!('unreadable' in says)) return [{ at, says }];
    sayForeignRecord(at, says.unreadable, log);
    return [];
  });
  return [...Map.groupBy(read, ({ says }) => says.jobId).values()];
}

/** @returns whether its records are settled */
async function workJob(
  records: JobRecords,
  deadlineMs: number,
  deps: WorkJobsDeps,
): Promise<boolean> {
  const { clock, log, jobs } = deps;
  for (const { at, says } of records) {
    const name = nameOf(at, deps);
    const journal = createSliceJournal(says.jobId, log);
    const patience = {
      clock,
      deadlineMs: lastTryMs(clock.nowMs(), deadlineMs),
      onFailure: (error: Error) => journal.heldUp(error),
    };
    try {
      const hold = await takeOver(says, name, { ...patience, jobs });
      if (hold === undefined) continue;
      await workHeld(hold, name, patience, deps);
    } catch (error) {
      if (error instanceof JobLostError) continue;
      journal.unsettled(error);
      return false;
    }
  }
  return true;
}

async function workHeld(
  hold: JobHold,
  { token }: SliceName,
  patience: Patience,
  deps: WorkJobsDeps,
): Promise<void> {
  const { clock, log, redrivesMax } = deps;
  const { job } = hold;
  const rules = { kind: job.kind, force: job.settings.force, redrivesMax };
  const endMs = sliceEndMs(clock.nowMs(), patience.deadlineMs);
  const slice = { hold, rules, deps, patience, journal: createJobJournal(job, log) };
  const isOver = await workSlice(slice, endMs);
  if (isOver) return;
  const record = { jobId: job.id, after: token };
  await keepTrying(() => publishJobRecord(record, patience.deadlineMs, deps), patience);
}

function nameOf({ topic, partition, offset, timestampMs }: ConsumedRecord, deps: WorkJobsDeps) {
  const place = [topic, partition, offset, timestampMs].join('-');
  return { place, token: `${place}/${deps.newId()}` };
}
