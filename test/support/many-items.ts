import type { DeadLetterItem } from '../../lib/model/dead-letter.ts';
import { deadLetterItem, idOf } from './dead-letter-items.ts';

const START_MS = 1_767_225_600_000;
const GROUPS = ['0000000000000000', '1111111111111111', '2222222222222222', '3333333333333333'];

export interface ManyItems {
  readonly items: readonly DeadLetterItem[];
  /** Ids in the order in which their records were written. */
  readonly oldestFirst: readonly string[];
  /** A fourth of them is of this group. */
  readonly group: string;
}

/**
 * So many open ones, of three partitions and four groups. They arrived the other way round: the oldest is the newest in the
 * list.
 */
export function manyItems(count: number): ManyItems {
  const items = Array.from({ length: count }, (_, at) =>
    deadLetterItem({
      id: idOf(at),
      group: GROUPS[at % GROUPS.length] ?? '',
      originalPartition: at % 3,
      originalOffset: at,
      firstFailureTimestamp: new Date(START_MS + at).toISOString(),
      arrivedAtMs: START_MS + 2 * count - at,
    }),
  );
  return { items, oldestFirst: items.map(({ id }) => id), group: GROUPS[0] ?? '' };
}
