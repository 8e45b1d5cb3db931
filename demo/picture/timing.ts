import type { Line } from '../line.ts';

/** A line, and when it was said. */
export interface Note {
  readonly line: Line;
  /** Milliseconds since the demo began; never less than that of the note before. */
  readonly atMs: number;
}

/** The command stands there alone for so long. */
export const LEAD_MS = 800;
/** The end stands still for so long before it begins anew. */
export const END_MS = 6_000;
/** One round at most, lead and end included. */
export const ROUND_MAX_MS = 45_000;
/** Nobody watches a wait longer than this. */
export const WAIT_MAX_MS = 2_000;
/** What came at once is dealt out, so that it can be followed. */
const LINE_MIN_MS = 140;
/** Time to read the scene before. */
const SCENE_MIN_MS = 1_000;

/**
 * When each line is shown, milliseconds since the picture began, in whole ones: as it was, but for waits that are shortened
 * and bursts that are dealt out. Pure, total; never decreases.
 */
export function showTimes(notes: readonly Note[]): number[] {
  const gaps = notes.map(({ line, atMs }, index) => {
    const waitedMs = atMs - (notes[index - 1]?.atMs ?? 0);
    return Math.min(Math.max(waitedMs, leastMs(line)), WAIT_MAX_MS);
  });
  const sumMs = gaps.reduce((sum, gap) => sum + gap, 0);
  const factor = Math.min(1, (ROUND_MAX_MS - LEAD_MS - END_MS) / Math.max(sumMs, 1));
  let atMs = LEAD_MS;
  return gaps.map((gap) => Math.floor((atMs += gap * factor)));
}

function leastMs(line: Line): number {
  if (line.length === 0) return 0;
  return line.every(({ style }) => style === 'bold') ? SCENE_MIN_MS : LINE_MIN_MS;
}
