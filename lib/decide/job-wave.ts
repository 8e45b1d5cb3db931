import type { Job, OutcomeCounts } from '../model/job.ts';

/** Outcomes of a wave that are enough to judge it by before it has ended. */
const ENOUGH = 100;

export type WaveStep =
  /** Those up to this position, exclusive, may be sent. */
  | { readonly kind: 'send'; readonly to: number }
  /** All of the wave are sent, and some have not ended. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'next-wave'; readonly from: number; readonly to: number }
  /** Too many failed: nothing more is sent. */
  | { readonly kind: 'stop' }
  /** All are sent and have ended. */
  | { readonly kind: 'over' };

/**
 * What comes next in a job. A redrive goes in waves: the canary, then each time twice as many, once all of a wave have
 * ended or gone stale and its failed and stale ones are within the ratio; a canary of one must end resolved: one
 * of which the index knows nothing any more has not. The other kinds are one wave. Pure, total.
 *
 * @param wave outcomes of the present wave
 * @param pending how many of it are sent and have not ended
 */
export function decideWave(
  { kind, planned, settings, progress }: Pick<Job, 'kind' | 'planned' | 'settings' | 'progress'>,
  wave: OutcomeCounts,
  pending: number,
): WaveStep {
  const { position } = progress;
  if (kind !== 'redrive') {
    if (position < planned) return { kind: 'send', to: planned };
    return { kind: pending > 0 ? 'wait' : 'over' };
  }
  const { from, to } = progress.wave;
  const failed = wave.failedAgain + wave.stale;
  const ended = wave.resolved + failed;
  const isLoneCanary = from === 0 && settings.canary === 1;
  // One that has ended is judged by its outcomes alone: what was left out of it has none.
  const hasEnded = position >= to && pending === 0;
  const judgedBy = hasEnded ? ended : Math.max(ended, Math.min(to - from, ENOUGH));
  // A wave is longer by what was left out before it was sent: with all of it dealt with, one was sent.
  const isLost = hasEnded && to > 0 && ended === 0;
  const isTooMuch = isLoneCanary
    ? failed > 0 || isLost
    : failed > settings.stopAtFailureRatio * judgedBy;
  // With all of them sent there is nothing to stop.
  if (isTooMuch && position < planned) return { kind: 'stop' };
  if (position < to) return { kind: 'send', to };
  if (pending > 0) return { kind: 'wait' };
  if (position >= planned) return { kind: 'over' };
  const size = Math.max(settings.canary, 2 * ended);
  return { kind: 'next-wave', from: position, to: Math.min(planned, position + size) };
}

/** The wave, longer by those of it that were left out: a canary is as many as were sent. Pure, total. */
export function widenedWave(
  { from, to }: { readonly from: number; readonly to: number },
  leftOut: number,
  planned: number,
) {
  return { from, to: Math.min(planned, to + leftOut) };
}
