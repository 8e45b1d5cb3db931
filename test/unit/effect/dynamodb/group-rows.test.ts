import fc from 'fast-check';
import { expect, it } from 'vitest';
import { activityKey, fromGroupRow } from '../../../../lib/effect/dynamodb/group-rows.ts';

it('keys of groups sort as text like last seen and group do', () => {
  const lastSeenAtMs = fc.oneof(fc.maxSafeNat(), fc.constantFrom(9, 10, 99, 100));
  const position = fc.record({ lastSeenAtMs, group: fc.constantFrom('a', 'b', 'ab') });
  fc.assert(
    fc.property(position, position, (one, other) => {
      const isBefore =
        one.lastSeenAtMs === other.lastSeenAtMs
          ? one.group < other.group
          : one.lastSeenAtMs < other.lastSeenAtMs;
      expect(activityKey(one) < activityKey(other)).toBe(isBefore);
    }),
  );
});

it('what was never counted is 0, and so is what is below it for a moment', () => {
  const row = { group: { S: 'a' }, openCount: { N: '2' }, redrivingCount: { N: '-1' } };
  expect(fromGroupRow(row).counts).toEqual({
    open: 2,
    redriving: 0,
    resolved: 0,
    discarded: 0,
    purging: 0,
    purged: 0,
  });
});
