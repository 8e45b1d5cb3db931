import type { Job } from '../model/job.ts';

type Measured = Pick<Job, 'state' | 'planned' | 'startedAtMs' | 'endedAtMs' | 'progress'>;

/** A start and its first progress may have the same millisecond. */
const SHORTEST_MS = 1;

/**
 * How many a second a job sends, two decimals: while it sends, as measured since it last waited for outcomes; else from its
 * start on. null: nothing is sent yet. Pure, total.
 */
export function shownRate({ state, startedAtMs, progress }: Measured): number | null {
  const { sent, atMs, position, wave } = progress;
  if (sent === 0 || startedAtMs === null || atMs === null) return null;
  const isSending = state === 'running' && position < wave.to;
  const present = isSending ? paceOf(progress) : null;
  const average = (sent * 1000) / Math.max(SHORTEST_MS, atMs - startedAtMs);
  return Math.round((present ?? average) * 100) / 100;
}

/** Dead letters a second since the pace began; null where that cannot be told yet. */
function paceOf({ paceFrom, position, atMs }: Job['progress']): number | null {
  if (paceFrom === null || atMs === null) return null;
  // The first one of them was due at once.
  const sent = position - paceFrom.position - 1;
  const tookMs = atMs - paceFrom.atMs;
  return sent < 1 || tookMs <= 0 ? null : (sent * 1000) / tookMs;
}

/**
 * How long until the last one is sent, at the rate that is shown, in whole seconds; 0 where the job has ended. null: nobody
 * can know (not started, nothing sent yet, being called off), or all are sent and outcomes are awaited. Pure, total.
 */
export function secondsLeft(job: Measured): number | null {
  if (job.endedAtMs !== null) return 0;
  const rate = shownRate(job);
  const left = job.planned - job.progress.position;
  if (job.state !== 'running' || rate === null || rate === 0 || left <= 0) return null;
  return Math.ceil(left / rate);
}
