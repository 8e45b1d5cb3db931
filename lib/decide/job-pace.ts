import type { JobProgress } from '../model/job.ts';

export type Pace = NonNullable<JobProgress['paceFrom']>;

/** What is read, claimed and written together: a fraction of a second's worth; more where that is overdue. */
const CHUNK_MS = 200;
export const CHUNK_MAX = 200;

/**
 * What was lost is caught up with, as far as this goes: a slice that hands on, a pause of the store. More than that is
 * lost, for whoever asked for a rate is not to get a flood.
 */
export const CATCH_UP_MS = 1_000;

/** How long one slice works; other jobs of the same partition wait for it. */
const SLICE_MS = 20_000;
/** Kept back from the deadline, so that what was begun is ended and the job is handed on. */
const RESERVE_MS = 4_000;
/** Kept back behind the last try, so that what was written by then is counted before the invocation is over. */
const COUNT_MS = 500;

/** Epoch ms from which on a slice tries nothing more; most of the time is before it. Pure, total. */
export function lastTryMs(nowMs: number, deadlineMs: number): number {
  return deadlineMs - Math.min(COUNT_MS, (deadlineMs - nowMs) / 4);
}

/**
 * Epoch ms at which a slice that begins now hands its job on. However near the deadline is, some of the time is worked in:
 * slices that did nothing but hand on would go round for ever. Pure, total.
 */
export function sliceEndMs(nowMs: number, deadlineMs: number): number {
  const reserveMs = Math.min(RESERVE_MS, (deadlineMs - nowMs) / 2);
  return Math.min(nowMs + SLICE_MS, deadlineMs - reserveMs);
}

/**
 * Dead letters of the chunk that begins at `position`, 1 to 200: what is overdue goes at once, for each chunk waits for
 * the brokers once. Pure, total.
 * @param pace null: nothing was sent just before
 */
export function chunkSize(
  pace: Pace | null,
  position: number,
  ratePerSecond: number,
  nowMs: number,
): number {
  const perSecond = ratePerSecond / 1_000;
  const dueMs = pace === null ? 0 : nowMs - dueAtMs(pace, position, ratePerSecond);
  const wanted = Math.floor(perSecond * Math.max(CHUNK_MS, Math.min(dueMs, CATCH_UP_MS)));
  return Math.min(CHUNK_MAX, Math.max(1, wanted));
}

/** Epoch ms at which the dead letter at `position` may be sent, not before. Pure, total. */
export function dueAtMs(pace: Pace, position: number, ratePerSecond: number): number {
  return Math.ceil(pace.atMs + ((position - pace.position) * 1_000) / ratePerSecond);
}

/**
 * The instant that the rate is held against from `position` on: the same as before, so that nothing adds up, unless more
 * time was lost than is caught up with. Pure, total.
 * @param pace null: nothing was sent just before
 */
export function keepPace(
  pace: Pace | null,
  position: number,
  ratePerSecond: number,
  nowMs: number,
): Pace {
  if (pace === null) return { atMs: nowMs, position };
  const lostMs = nowMs - dueAtMs(pace, position, ratePerSecond);
  return lostMs <= CATCH_UP_MS ? pace : { atMs: nowMs - CATCH_UP_MS, position };
}

/** What was left out takes no time. Pure, total. */
export function leavingOut(pace: Pace, count: number): Pace {
  return { ...pace, position: pace.position + count };
}
