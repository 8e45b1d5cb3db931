import { chunkSize, CHUNK_MAX, dueAtMs, keepPace, leavingOut } from '../decide/job-pace.ts';
import { outcomeOf } from '../decide/job-outcome.ts';
import { decideWave, widenedWave } from '../decide/job-wave.ts';
import type { JobProgress, OutcomeCounts, SkipReason } from '../model/job.ts';
import { releaseClaim, type Slice } from './job-changes.ts';
import { readChunk, workChunk, type ReadEntry, type WorkedEntry } from './job-chunk.ts';
import { createJobList } from './job-list.ts';
import { createJobWatch, type JobWatch } from './job-watch.ts';
import { keepTrying } from './keep-trying.ts';
import { mapBounded } from './map-bounded.ts';

/** Claims without sent mark lie among so many of the list at most: a chunk, and one that its reader has cut anew. */
const CLAIMED_MAX = 2 * CHUNK_MAX;

/** Those that have not ended, looked at in one round while all wait for them; and how many reads at a time. */
const LOOKS_MAX = 1_000;
const READS_AT_ONCE = 4;
/** Between two such rounds: they double while nothing ends. */
const FIRST_LOOK_MS = 200;
const LONGEST_LOOK_MS = 2_000;
/** After so long a sleep the job may have been called off. */
const LONG_SLEEP_MS = 500;

/**
 * Works a job that this slice holds until its time is over, or the job.
 *
 * @param endMs epoch ms at which the job is handed on
 * @returns true where the job is over: nobody has to go on
 * @throws OutOfTimeError, JobLostError
 */
export async function workSlice(slice: Slice, endMs: number): Promise<boolean> {
  const { hold, deps, journal } = slice;
  const { clock } = deps;
  const list = createJobList(slice);
  const watch = await resumeWatch(slice);
  let ahead: { readonly position: number; readonly entries: Promise<ReadEntry[]> } | undefined;
  let lookMs = FIRST_LOOK_MS;

  const read = async (position: number, to: number): Promise<ReadEntry[]> => {
    const size = Math.min(chunkSize(hold.job.settings.ratePerSecond), to - position);
    return readChunk(await list.ids(position, size), slice);
  };
  const readAhead = (position: number, to: number) => {
    const entries = position < to ? read(position, to) : undefined;
    // Whoever waits for it gets the rejection; nobody may have to.
    entries?.catch(() => undefined);
    ahead = entries && { position, entries };
  };
  const waveCounts = (): OutcomeCounts => {
    const { before } = hold.job.progress;
    const { resolved, failedAgain, stale } = watch.counts();
    return {
      resolved: resolved - before.resolved,
      failedAgain: failedAgain - before.failedAgain,
      stale: stale - before.stale,
    };
  };

  /** @returns false where there is no time for it */
  const sendNext = async (to: number): Promise<boolean> => {
    const { progress, settings, planned } = hold.job;
    const { position } = progress;
    const entries = await (ahead?.position === position ? ahead.entries : read(position, to));
    if (entries.length === 0) {
      journal.listGone();
      await end('stopped');
      return true;
    }
    const pace = keepPace(progress.paceFrom, position, settings.ratePerSecond, clock.nowMs());
    const due = entries.filter(({ isDue }) => isDue).length;
    const dueMs = dueAtMs(pace, position + Math.max(0, due - 1), settings.ratePerSecond);
    if (dueMs >= endMs) return false;
    readAhead(position + entries.length, to);
    const sleepMs = dueMs - clock.nowMs();
    if (sleepMs > 0) await clock.sleep(sleepMs);
    if (sleepMs >= LONG_SLEEP_MS) {
      await hold.look();
      if (hold.job.state !== 'running') return true;
    }
    const looked = lookAt(entries.length, watch, slice);
    const worked = await workChunk(entries, slice);
    await looked;
    for (const { id, outcome } of worked) watch.add(id, outcome);
    const leftOut = worked.filter(({ skipped }) => skipped !== undefined).length;
    await hold.save({
      position: position + worked.length,
      sent: progress.sent + worked.length - leftOut,
      skipped: withSkipped(progress.skipped, worked),
      wave: widenedWave(progress.wave, leftOut, planned),
      paceFrom: leavingOut(pace, leftOut),
      ...watch.counts(),
    });
    return true;
  };

  /** @returns false where there is no time for it */
  const waitForOutcomes = async (): Promise<boolean> => {
    const before = watch.pending;
    await lookAt(LOOKS_MAX, watch, slice);
    if (watch.pending < before) {
      lookMs = FIRST_LOOK_MS;
      await hold.save(watch.counts());
    } else {
      await hold.look();
    }
    if (watch.pending === 0) return true;
    if (clock.nowMs() + lookMs >= endMs) return false;
    await clock.sleep(lookMs);
    lookMs = Math.min(2 * lookMs, LONGEST_LOOK_MS);
    return true;
  };

  const end = async (state: 'done' | 'stopped' | 'cancelled'): Promise<void> => {
    await takeBack(slice, list);
    await lookAt(LOOKS_MAX, watch, slice);
    await hold.end(state, watch.counts());
    journal.ended(hold.job);
  };

  for (;;) {
    const { job } = hold;
    if (job.state === 'cancelling') {
      await end('cancelled');
      return true;
    }
    // Another run of this slice wrote it, and its answer was lost.
    if (job.state !== 'running') return true;
    const step = decideWave(job, waveCounts(), watch.pending);
    const isInTime = clock.nowMs() < endMs;
    switch (step.kind) {
      case 'stop':
        await end('stopped');
        return true;
      case 'over':
        await end('done');
        return true;
      case 'next-wave': {
        const { ended: _, ...before } = watch.counts();
        // Time that went by while outcomes were awaited is not caught up with.
        const wave = { from: step.from, to: step.to };
        await hold.save({ wave, before, paceFrom: null, ...watch.counts() });
        break;
      }
      case 'wait':
        if (isInTime && (await waitForOutcomes())) break;
        await hold.save(watch.counts());
        return false;
      case 'send':
        if (isInTime && (await sendNext(step.to))) break;
        await hold.save(watch.counts());
        return false;
      default:
        return step satisfies never;
    }
  }
}

/** What is known of those that were sent before this slice. */
async function resumeWatch({ hold, deps, patience }: Slice): Promise<JobWatch> {
  const { job } = hold;
  const { ended, position } = job.progress;
  const watch = createJobWatch(job, deps.staleAfterMs);
  const loads = Math.ceil((position - ended.position) / CHUNK_MAX);
  const found = await mapBounded([...Array(loads).keys()], READS_AT_ONCE, (load) =>
    keepTrying(async () => {
      const from = ended.position + load * CHUNK_MAX;
      const ids = await deps.jobs.ids(job.id, from, Math.min(CHUNK_MAX, position - from));
      const items = await deps.index.getMany(ids);
      const byId = new Map(items.map((item) => [item.id, item]));
      return ids.map((id) => ({ id, item: byId.get(id) }));
    }, patience),
  );
  const nowMs = deps.clock.nowMs();
  for (const { id, item } of found.flat()) {
    watch.add(id, item ? outcomeOf(item, job, deps.staleAfterMs, nowMs) : 'left-out');
  }
  return watch;
}

/** Looks at so many of those that have not ended. */
async function lookAt(count: number, watch: JobWatch, { deps, patience }: Slice): Promise<void> {
  const ids = watch.next(count);
  const loads = Array.from({ length: Math.ceil(ids.length / CHUNK_MAX) }, (_, load) =>
    ids.slice(load * CHUNK_MAX, (load + 1) * CHUNK_MAX),
  );
  await mapBounded(loads, READS_AT_ONCE, async (load) => {
    const items = await keepTrying(() => deps.index.getMany(load), patience);
    watch.note(load, items, deps.clock.nowMs());
  });
}

/**
 * Sets what this job has claimed and not sent back to open; what is being purged cannot go back, so its event is sent.
 */
async function takeBack(slice: Slice, list: ReturnType<typeof createJobList>): Promise<void> {
  const { hold, deps, patience } = slice;
  const { id, kind, planned, progress } = hold.job;
  if (progress.position >= planned || (kind !== 'redrive' && kind !== 'purge')) return;
  for (let from = progress.position; from < progress.position + CLAIMED_MAX; from += CHUNK_MAX) {
    const ids = await list.ids(from, CHUNK_MAX);
    const items = await keepTrying(() => deps.index.getMany(ids), patience);
    if (kind === 'redrive') {
      for (const item of items) await releaseClaim(item, slice);
      continue;
    }
    const claimed = items.filter(
      ({ state, history }) => state === 'purging' && history.at(-1)?.jobId === id,
    );
    const entries = claimed.map((item) => ({
      id: item.id,
      item,
      envelope: undefined,
      isDue: true,
    }));
    await workChunk(entries, slice);
  }
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
