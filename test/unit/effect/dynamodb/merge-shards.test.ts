import fc from 'fast-check';
import { expect, it } from 'vitest';
import { arrivalKey, listShards, shardKeys } from '../../../../lib/effect/dynamodb/list-keys.ts';
import { mergeShards, type ShardPage } from '../../../../lib/effect/dynamodb/merge-shards.ts';
import type { DeadLetterItem } from '../../../../lib/model/dead-letter.ts';
import type { ListPosition } from '../../../../lib/ports/dead-letter-index.ts';
import {
  deadLetterItem,
  idOf,
  newestFirst,
  openItems,
} from '../../../support/dead-letter-items.ts';

/** What a shard gives that looks at so many items at most and wants so many matches. */
function readShard(
  items: readonly DeadLetterItem[],
  after: ListPosition | null,
  { matches, looksMax }: { matches: (item: DeadLetterItem) => boolean; looksMax: number },
): ShardPage {
  const left = newestFirst(items).filter(
    (item) => after === null || arrivalKey(item) < arrivalKey(after),
  );
  const seen = left.slice(0, looksMax);
  const last = seen.at(-1);
  const readTo = seen.length < left.length && last !== undefined ? arrivalKey(last) : null;
  return { items: seen.filter(matches), readTo };
}

it('pages through everything that matches, newest first, nothing twice and nothing left out', () => {
  const sizes = fc.record({
    limit: fc.integer({ min: 1, max: 7 }),
    looksMax: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(openItems, sizes, (items, { limit, looksMax }) => {
      const matches = (item: DeadLetterItem) => item.reason !== 'undecodable';
      const shown: DeadLetterItem[] = [];
      let position: ListPosition | null = null;
      let pages = 0;
      do {
        const shards = listShards(undefined, undefined).map((shard) => {
          const own = items.filter((item) => shardKeys(item).listShard === shard);
          return readShard(own, position, { matches, looksMax });
        });
        const page = mergeShards(shards, limit);
        expect(page.items.length).toBeLessThanOrEqual(limit);
        shown.push(...page.items);
        position = page.next;
        pages += 1;
      } while (position !== null && pages < 1_000);
      expect(shown).toEqual(newestFirst(items.filter(matches)));
    }),
  );
});

it('has no next page where all is shown, and shows nothing behind what a shard was read to', () => {
  const [a, b, c] = [3, 2, 1].map((arrivedAtMs) =>
    deadLetterItem({ id: idOf(arrivedAtMs), arrivedAtMs }),
  );
  const all: ShardPage = { items: [a!, b!, c!], readTo: null };
  expect(mergeShards([all], 3)).toEqual({ items: [a, b, c], next: null });
  expect(mergeShards([all], 2)).toEqual({ items: [a, b], next: { arrivedAtMs: 2, id: b!.id } });

  const unread: ShardPage = { items: [], readTo: arrivalKey(b!) };
  expect(mergeShards([{ items: [a!, c!], readTo: null }, unread], 3)).toEqual({
    items: [a],
    next: { arrivedAtMs: 2, id: b!.id },
  });
});
