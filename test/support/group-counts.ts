import { expect } from 'vitest';
import {
  DEAD_LETTER_STATES,
  type DeadLetterGroup,
  type DeadLetterItem,
} from '../../lib/model/dead-letter.ts';

/** Each group's counts are what the index holds of it. */
export function expectCountsAreRight(
  groups: readonly Pick<DeadLetterGroup, 'group' | 'counts'>[],
  items: readonly DeadLetterItem[],
): void {
  for (const { group, counts } of groups) {
    const states = items.flatMap((item) => (item.group === group ? [item.state] : []));
    const recount = DEAD_LETTER_STATES.map((state) => [
      state,
      states.filter((one) => one === state).length,
    ]);
    expect(counts).toEqual(Object.fromEntries(recount));
  }
}
