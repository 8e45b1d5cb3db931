import type { DeadLetterItem, HistoryEntry } from '../model/dead-letter.ts';
import { clipText } from './clip-text.ts';

/** Bounds of what an item remembers: of a long history the first entry (how it began) and the newest stay. */
export const HISTORY_ENTRIES_MAX = 25;
export const HISTORY_REASON_CHARS_MAX = 500;
const HISTORY_ERROR_CHARS_MAX = 500;
const HISTORY_NAME_CHARS_MAX = 300;

/** The same of an item that the store refused as it was: as many entries, for what a job has done must not be lost early. */
const SMALL_TEXT_CHARS_MAX = 100;

interface Bounds {
  readonly nameCharsMax: number;
  readonly reasonCharsMax: number;
  readonly errorCharsMax: number;
}

const BOUNDS: Bounds = {
  nameCharsMax: HISTORY_NAME_CHARS_MAX,
  reasonCharsMax: HISTORY_REASON_CHARS_MAX,
  errorCharsMax: HISTORY_ERROR_CHARS_MAX,
};
const SMALL_BOUNDS: Bounds = {
  nameCharsMax: SMALL_TEXT_CHARS_MAX,
  reasonCharsMax: SMALL_TEXT_CHARS_MAX,
  errorCharsMax: SMALL_TEXT_CHARS_MAX,
};

type History = DeadLetterItem['history'];

/** The history with one more entry, its texts bounded. Pure, total. */
export function withEntry(history: History, entry: HistoryEntry): History {
  const longer = [...history, clipped(entry, BOUNDS)];
  if (longer.length <= HISTORY_ENTRIES_MAX) return longer;
  return [...longer.slice(0, 1), ...longer.slice(1 - HISTORY_ENTRIES_MAX)];
}

/** When it failed for the last time, as the service saw it: its arrival, or a failure after a redrive. Pure, total. */
export function lastFailedMs({
  arrivedAtMs,
  history,
}: Pick<DeadLetterItem, 'arrivedAtMs' | 'history'>): number {
  return history.findLast(({ what }) => what === 'failed-again')?.atMs ?? arrivedAtMs;
}

/** The history with shorter texts, for a store that refuses this one. Pure, total. */
export function smallerHistory(history: History): History {
  return history.map((entry) => clipped(entry, SMALL_BOUNDS));
}

/**
 * Whether changes that were made from an instant on may have been pushed out of the history by later ones: what is not in
 * it may have been all the same. Below its bound nothing was: not every change has an entry, so the revision tells less.
 * Pure, total.
 */
export function mayHaveForgotten(
  { history, revision }: Pick<DeadLetterItem, 'history' | 'revision'>,
  sinceMs: number,
): boolean {
  if (history.length < HISTORY_ENTRIES_MAX || history.length >= revision) return false;
  // The first entry stays for ever.
  const oldest = history[1];
  return oldest !== undefined && oldest.atMs >= sinceMs;
}

function clipped(entry: HistoryEntry, bounds: Bounds): HistoryEntry {
  const { by, reason, error } = entry;
  const { nameCharsMax, reasonCharsMax, errorCharsMax } = bounds;
  return {
    ...entry,
    by: clipText(by, nameCharsMax),
    ...(reason !== undefined && { reason: clipText(reason, reasonCharsMax) }),
    ...(error && {
      error: {
        type: clipText(error.type, nameCharsMax),
        message: clipText(error.message, errorCharsMax),
      },
    }),
  };
}
