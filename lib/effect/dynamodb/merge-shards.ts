import type { DeadLetterItem } from '../../model/dead-letter.ts';
import type { DeadLetterPage } from '../../ports/dead-letter-index.ts';
import { arrivalKey, listPosition } from './list-keys.ts';

/** What one shard was read of, newest first. */
export interface ShardPage {
  /** Those that match. */
  readonly items: readonly DeadLetterItem[];
  /** Key of the last one looked at, whether it matches or not; null: the shard was read to its end. */
  readonly readTo: string | null;
}

/**
 * One page out of all shards, newest first. Only what lies before the point that every shard was read to may be shown:
 * behind it, a shard could hold something that belongs in between. Pure, total.
 *
 * @param limit ≥ 1; the page is shorter where a shard has not been read far enough
 */
export function mergeShards(pages: readonly ShardPage[], limit: number): DeadLetterPage {
  const unread = pages.map((page) => page.readTo).filter((key) => key !== null);
  const frontier = unread.toSorted().at(-1);
  const known = pages
    .flatMap((page) => page.items)
    .map((item) => ({ key: arrivalKey(item), item }))
    .filter(({ key }) => frontier === undefined || key >= frontier)
    .toSorted((a, b) => (a.key < b.key ? 1 : -1));
  const shown = known.slice(0, limit);
  const lastKey = known.length > limit ? shown.at(-1)?.key : frontier;
  return {
    items: shown.map(({ item }) => item),
    next: lastKey === undefined ? null : listPosition(lastKey),
  };
}
