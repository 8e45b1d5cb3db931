import { DEAD_LETTER_STATES, type DeadLetterGroup } from '../../model/dead-letter.ts';
import type { GroupPosition } from '../../ports/group-store.ts';
import type { Attributes } from './dead-letter-attributes.ts';

/**
 * All groups lie under one key of the index: there are as many as there are causes, and a list that must be merged out of
 * shards would cost every reader what few writers need. What one key takes, 1,000 writes a second, bounds how often
 * groups change, not how many failures come: a writer adds the changes of one group up (flow/merge-group-changes.ts).
 */
export const GROUP_LIST = 'groups';

/** Sorts as text like (last seen, group) does: 16 digits hold any safe integer. Pure. */
export function activityKey({ lastSeenAtMs, group }: GroupPosition): string {
  return `${String(lastSeenAtMs).padStart(16, '0')}#${group}`;
}

/** Name of the attribute that counts those in a state. Pure. */
export function countOf(state: string): string {
  return `${state}Count`;
}

/** Pure. */
export function fromGroupRow(row: Attributes): DeadLetterGroup {
  // A change that is counted before the one it follows leaves a count below zero for a moment.
  const counts = DEAD_LETTER_STATES.map((state) => [
    state,
    Math.max(0, Number(row[countOf(state)]?.N ?? 0)),
  ]);
  return {
    group: row['group']?.S ?? '',
    title: row['title']?.S ?? '',
    errorType: row['errorType']?.S ?? '',
    counts: Object.fromEntries(counts) as DeadLetterGroup['counts'],
    firstSeenAtMs: Number(row['firstSeenAtMs']?.N ?? 0),
    lastSeenAtMs: Number(row['lastSeenAtMs']?.N ?? 0),
    example: row['example']?.S ?? '',
  };
}
