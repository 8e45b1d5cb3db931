import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  arrivalFloor,
  arrivalKey,
  LIST_SHARDS,
  listPosition,
  listShard,
} from '../../../../lib/effect/dynamodb/list-keys.ts';
import { idOf, newestFirst, openItems } from '../../../support/dead-letter-items.ts';

it('sort as text like arrival and id do', () => {
  const arrivedAtMs = fc.oneof(fc.maxSafeNat(), fc.constantFrom(9, 10, 99, 100));
  fc.assert(
    fc.property(openItems, fc.array(arrivedAtMs, { minLength: 40, maxLength: 40 }), (items, at) => {
      const spread = items.map((item, index) => ({ ...item, arrivedAtMs: at[index] ?? 0 }));
      const keys = spread.map(arrivalKey).toSorted().toReversed();
      expect(keys).toEqual(newestFirst(spread).map(arrivalKey));
    }),
  );
});

it('tell the position again', () => {
  const position = { arrivedAtMs: 1_767_225_610_000, id: idOf(7) };
  expect(listPosition(arrivalKey(position))).toEqual(position);
});

it('of an instant begin at its floor and end before the next one', () => {
  const key = arrivalKey({ arrivedAtMs: 99, id: idOf(7) });
  expect(arrivalFloor(99) < key && key < arrivalFloor(100)).toBe(true);
});

it('are spread evenly over the shards', () => {
  const counts = new Map(LIST_SHARDS.map((shard) => [shard, 0]));
  for (let seed = 0; seed < 4_000; seed++) {
    const shard = listShard(idOf(seed));
    counts.set(shard, counts.get(shard)! + 1);
  }
  expect(counts.size).toBe(4);
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});
