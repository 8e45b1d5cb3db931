import type { DeadLetterItem, HistoryEntry } from '../model/dead-letter.ts';
import { clipText } from './clip-text.ts';

/** Bounds of what an item remembers: of a long history the first entry (how it began) and the newest stay. */
export const HISTORY_ENTRIES_MAX = 25;
export const HISTORY_REASON_CHARS_MAX = 500;
const HISTORY_ERROR_CHARS_MAX = 500;

/** The history with one more entry, its texts bounded. Pure, total. */
export function withEntry(
  history: DeadLetterItem['history'],
  entry: HistoryEntry,
): DeadLetterItem['history'] {
  const { reason, error } = entry;
  const bounded: HistoryEntry = {
    ...entry,
    ...(reason !== undefined && { reason: clipText(reason, HISTORY_REASON_CHARS_MAX) }),
    ...(error && {
      error: { type: error.type, message: clipText(error.message, HISTORY_ERROR_CHARS_MAX) },
    }),
  };
  const all = [...history, bounded];
  if (all.length <= HISTORY_ENTRIES_MAX) return all;
  return [...all.slice(0, 1), ...all.slice(1 - HISTORY_ENTRIES_MAX)];
}
