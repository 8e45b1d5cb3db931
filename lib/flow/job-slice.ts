import { isCounting } from '../decide/job-count.ts';
import {
  chunkSize,
  CHUNK_MAX,
  dueAtMs,
  keepPace,
  leavingOut,
  type Pace,
} from '../decide/job-pace.ts';
import { decideWave, widenedWave } from '../decide/job-wave.ts';
import type { JobProgress, SkipReason } from '../model/job.ts';
import { getItems, releaseClaim, type Slice } from './job-changes.ts';
import { readChunk, workChunk, type ReadEntry, type WorkedEntry } from './job-chunk.ts';
import { createJobList, type JobList } from './job-list.ts';
import { createJobLooks } from './job-looks.ts';

/** Claims without sent mark lie among so many of the list at most: a chunk, and one that its reader has cut anew. */
const CLAIMED_MAX = 2 * CHUNK_MAX;
/** Between two looks at all that have not ended: they double while nothing ends. */
const FIRST_LOOK_MS = 200;
const LONGEST_LOOK_MS = 2_000;
/** After so long a sleep the job may have been called off. */
const LONG_SLEEP_MS = 500;

/**
 * Works a job that this slice holds until its time is over, or the job. One that is stopped, or called off, has ended at
 * once; then the outcomes of what it has sent are counted until each has ended or gone stale.
 *
 * @param endMs epoch ms at which the job is handed on
 * @returns true where the job is over: nobody has to go on
 * @throws OutOfTimeError, JobLostError
 */
export async function workSlice(slice: Slice, endMs: number): Promise<boolean> {
  const { hold, deps, journal } = slice;
  const { clock } = deps;
  const list = createJobList(slice);
  const looks = await createJobLooks(slice, list);
  let ahead: { readonly position: number; readonly entries: Promise<ReadEntry[]> } | undefined;
  let lookMs = FIRST_LOOK_MS;

  const read = async (position: number, to: number, pace: Pace | null): Promise<ReadEntry[]> => {
    const size = chunkSize(pace, position, hold.job.settings.ratePerSecond, clock.nowMs());
    return readChunk(await list.ids(position, Math.min(size, to - position)), slice);
  };
  const readAhead = (position: number, to: number, pace: Pace) => {
    const entries = position < to ? read(position, to, pace) : undefined;
    // Whoever waits for it gets the rejection; nobody may have to.
    entries?.catch(() => undefined);
    ahead = entries && { position, entries };
  };

  /** @returns false where there is no time for it */
  const sendNext = async (to: number): Promise<boolean> => {
    const { progress, settings, planned } = hold.job;
    const { position, paceFrom } = progress;
    const entries = await (ahead?.position === position
      ? ahead.entries
      : read(position, to, paceFrom));
    if (entries.length === 0) {
      await end('stopped', () => journal.listGone());
      return true;
    }
    const pace = keepPace(paceFrom, position, settings.ratePerSecond, clock.nowMs());
    const due = entries.filter(({ isDue }) => isDue).length;
    const dueMs = dueAtMs(pace, position + Math.max(0, due - 1), settings.ratePerSecond);
    if (dueMs >= endMs) return false;
    readAhead(position + entries.length, to, pace);
    looks.glance();
    const sleepMs = dueMs - clock.nowMs();
    if (sleepMs > 0) await clock.sleep(sleepMs);
    if (sleepMs >= LONG_SLEEP_MS) {
      await hold.look();
      if (hold.job.state !== 'running') return true;
    }
    const worked = await workChunk(entries, slice);
    for (const { id, outcome } of worked) looks.add(id, outcome);
    const leftOut = worked.filter(({ skipped }) => skipped !== undefined).length;
    await hold.save({
      position: position + worked.length,
      sent: progress.sent + worked.length - leftOut,
      skipped: withSkipped(progress.skipped, worked),
      wave: widenedWave(progress.wave, leftOut, planned),
      paceFrom: leavingOut(pace, leftOut),
      ...looks.counts(),
    });
    return true;
  };

  /** @returns false where there is no time for it */
  const waitForOutcomes = async (): Promise<boolean> => {
    const before = looks.pending;
    await looks.round();
    if (looks.pending < before) {
      lookMs = FIRST_LOOK_MS;
      await hold.save(looks.counts());
    } else {
      await hold.look();
    }
    if (looks.pending === 0) return true;
    if (clock.nowMs() + lookMs >= endMs) return false;
    await clock.sleep(lookMs);
    lookMs = Math.min(2 * lookMs, LONGEST_LOOK_MS);
    return true;
  };

  const end = async (
    state: 'done' | 'stopped' | 'cancelled',
    say = () => journal.ended(hold.job),
  ): Promise<void> => {
    await takeBack(slice, list);
    await looks.round();
    await hold.end(state, looks.counts());
    say();
  };
  const handOn = async (): Promise<false> => {
    await looks.settle();
    await hold.save(looks.counts());
    return false;
  };

  /** @returns true where there is nothing left to count */
  const countOn = async (): Promise<boolean> => {
    while (looks.pending > 0) {
      if (clock.nowMs() >= endMs || !(await waitForOutcomes())) return handOn();
    }
    // Where its list is gone nobody can look any more.
    const { position } = hold.job.progress;
    const counts = looks.counts();
    if (isCounting(hold.job)) await hold.save({ ...counts, ended: { ...counts.ended, position } });
    return true;
  };

  for (;;) {
    const { job } = hold;
    if (job.state === 'cancelling') {
      await end('cancelled');
      continue;
    }
    // It has ended, just now or in a slice before this one.
    if (job.state !== 'running') return countOn();
    const step = decideWave(job, looks.wave(), looks.pending);
    const isInTime = clock.nowMs() < endMs;
    switch (step.kind) {
      case 'stop':
        await end('stopped');
        break;
      case 'over':
        await end('done');
        break;
      case 'next-wave': {
        const { ended, ...before } = looks.counts();
        // Time that went by while outcomes were awaited is not caught up with.
        const wave = { from: step.from, to: step.to };
        await hold.save({ wave, paceFrom: null, ...before, ended, before });
        break;
      }
      case 'wait':
        if (isInTime && (await waitForOutcomes())) break;
        return handOn();
      case 'send':
        if (isInTime && (await sendNext(step.to))) break;
        return handOn();
      default:
        return step satisfies never;
    }
  }
}

/**
 * Sets what this job has claimed and not sent back to open; what is being purged cannot go back, so its event is sent.
 */
async function takeBack(slice: Slice, list: JobList): Promise<void> {
  const { hold } = slice;
  const { id, kind, planned, progress } = hold.job;
  if (progress.position >= planned || (kind !== 'redrive' && kind !== 'purge')) return;
  // What another slice has claimed for this very job is that one's to send.
  await hold.look();
  const items = await getItems(await list.ids(progress.position, CLAIMED_MAX), slice);
  if (kind === 'redrive') {
    for (const item of items) await releaseClaim(item, slice);
    return;
  }
  const claimed = items.filter(
    ({ state, history }) => state === 'purging' && history.at(-1)?.jobId === id,
  );
  const entries = claimed.map((item) => ({ id: item.id, item, envelope: undefined, isDue: true }));
  await workChunk(entries, slice);
}

function withSkipped(
  before: JobProgress['skipped'],
  worked: readonly WorkedEntry[],
): JobProgress['skipped'] {
  const skipped: Partial<Record<SkipReason, number>> = { ...before };
  for (const { skipped: reason } of worked) {
    if (reason !== undefined) skipped[reason] = (skipped[reason] ?? 0) + 1;
  }
  return skipped;
}
