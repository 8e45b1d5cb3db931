import type { DeadLetterItem, HistoryEntry } from '../model/dead-letter.ts';

/**
 * Whether what the index holds came of this very change: a write whose answer was lost looks like one that somebody else
 * was before. The change is the last of its history, or stands in it where others came behind it; of two invocations that
 * make the same one in the same instant, each knows its own. Pure, total.
 *
 * @param item as it was read after the write
 * @param after as it was to be written
 */
export function hasChange(item: DeadLetterItem, after: DeadLetterItem): boolean {
  const change = after.history.at(-1);
  if (item.revision < after.revision) return false;
  if (item.revision === after.revision) return isSame(item.history.at(-1), change);
  return item.history.some((entry) => isSame(entry, change));
}

/** Texts may have been cut shorter for the store. */
function isSame(one: HistoryEntry | undefined, other: HistoryEntry | undefined): boolean {
  return (
    one?.atMs === other?.atMs &&
    one?.what === other?.what &&
    one?.from === other?.from &&
    one?.to === other?.to &&
    one?.jobId === other?.jobId &&
    one?.invocation === other?.invocation
  );
}
