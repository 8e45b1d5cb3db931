import type { Job } from '../model/job.ts';

type Measured = Pick<Job, 'state' | 'planned' | 'startedAtMs' | 'endedAtMs' | 'progress'>;

/** A start and its first progress may have the same millisecond. */
const SHORTEST_MS = 1;

/**
 * How many a second a job has sent, from its start to its latest progress, waits for outcomes included; two decimals. null:
 * nothing is sent yet. Pure, total.
 */
export function measuredRate({ startedAtMs, progress }: Measured): number | null {
  const { sent, atMs } = progress;
  if (sent === 0 || startedAtMs === null || atMs === null) return null;
  const tookMs = Math.max(SHORTEST_MS, atMs - startedAtMs);
  return Math.round((sent / tookMs) * 100_000) / 100;
}

/**
 * How long until the last one is sent, at the rate measured so far, in whole seconds; 0 where all are, or where it has
 * ended. null: nobody can know (not started, nothing sent yet, being called off, or waiting for outcomes). Pure, total.
 */
export function secondsLeft(job: Measured): number | null {
  if (job.endedAtMs !== null) return 0;
  const rate = measuredRate(job);
  const left = job.planned - job.progress.position;
  if (job.state !== 'running' || rate === null || rate === 0 || left <= 0) return null;
  return Math.ceil(left / rate);
}
