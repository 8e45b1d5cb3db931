import type { DeadLetterItem, DeadLetterState } from '../model/dead-letter.ts';

/** By how much a group's counts change; see ports/group-store.ts, which this is shaped like. */
export interface CountChange {
  readonly group: string;
  readonly counts: Readonly<Partial<Record<DeadLetterState, number>>>;
}

/**
 * What a written item does to the counts of groups: none where neither group nor state changed; two groups where a new
 * failure has another fingerprint. What nothing is known of has no group. Pure, total.
 * @param before undefined: it was not there
 */
export function countChanges(
  before: Pick<DeadLetterItem, 'group' | 'state'> | undefined,
  after: Pick<DeadLetterItem, 'group' | 'state'>,
): readonly CountChange[] {
  return allChanges(before, after).filter(({ group }) => group !== '');
}

function allChanges(
  before: Pick<DeadLetterItem, 'group' | 'state'> | undefined,
  after: Pick<DeadLetterItem, 'group' | 'state'>,
): readonly CountChange[] {
  const to = { group: after.group, counts: { [after.state]: 1 } };
  if (before === undefined) return [to];
  if (before.group !== after.group) {
    return [{ group: before.group, counts: { [before.state]: -1 } }, to];
  }
  if (before.state === after.state) return [];
  return [{ group: after.group, counts: { [before.state]: -1, [after.state]: 1 } }];
}

/** Changes of one group as one. Pure, total. */
export function addCounts(all: readonly CountChange['counts'][]): CountChange['counts'] {
  const sum: Partial<Record<DeadLetterState, number>> = {};
  for (const counts of all) {
    for (const state of Object.keys(counts) as DeadLetterState[]) {
      sum[state] = (sum[state] ?? 0) + (counts[state] ?? 0);
    }
  }
  return sum;
}
