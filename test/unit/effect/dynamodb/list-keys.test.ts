import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  arrivalFloor,
  arrivalKey,
  listPosition,
  listShards,
  shardKeys,
} from '../../../../lib/effect/dynamodb/list-keys.ts';
import { DEAD_LETTER_STATES } from '../../../../lib/model/dead-letter.ts';
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
  const counts = new Map(listShards(undefined, undefined).map((shard) => [shard, 0]));
  for (let seed = 0; seed < 4_000; seed++) {
    const { listShard } = shardKeys({ id: idOf(seed), state: 'open', group: 'g' });
    counts.set(listShard, counts.get(listShard)! + 1);
  }
  expect(counts.size).toBe(4);
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});

it.each(DEAD_LETTER_STATES)('lie where the list of their state is looked for: %s', (state) => {
  const keys = shardKeys({ id: idOf(1), state, group: 'g' });
  expect(listShards(state, undefined)).toContain(keys.listShard);
  expect(listShards(state, 'g')).toContain(keys.groupShard);
  const isThere = state === 'open' || state === 'redriving';
  expect(listShards(undefined, undefined).includes(keys.listShard)).toBe(isThere);
});
