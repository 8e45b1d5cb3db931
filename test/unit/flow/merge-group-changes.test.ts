import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeGroupChanges } from '../../../lib/flow/merge-group-changes.ts';
import { DEAD_LETTER_STATES } from '../../../lib/model/dead-letter.ts';
import type { GroupChange, GroupStore } from '../../../lib/ports/group-store.ts';
import { createMemoryGroupStore } from '../../support/memory-group-store.ts';

/** Groups in memory whose writes take a while; what was written, and how many at once at most. */
function slowGroups() {
  const memory = createMemoryGroupStore();
  const written: GroupChange[] = [];
  const now = new Map<string, number>();
  const seen = { atOnceMax: 0 };
  const apply: GroupStore['apply'] = async (change) => {
    const atOnce = (now.get(change.group) ?? 0) + 1;
    seen.atOnceMax = Math.max(seen.atOnceMax, atOnce);
    now.set(change.group, atOnce);
    await turn();
    written.push(change);
    const made = memory.apply(change);
    now.set(change.group, atOnce - 1);
    return made;
  };
  return { memory, written, seen, groups: mergeGroupChanges({ ...memory, apply }) };
}

function failure(group: string, atMs: number): GroupChange {
  const seen = { title: group, errorType: 'ValueError', atMs, example: `id-${atMs}` };
  return { group, counts: { open: 1 }, seen };
}

it('what comes while a change is being written is written as one, in the end with the same counts', async () => {
  const { groups, memory, written } = slowGroups();
  const made = await Promise.all(
    Array.from({ length: 500 }, (_, at) => groups.apply(failure('a', at))),
  );
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(made[0]).toBe(true);
  expect(written.length).toBeLessThan(5);
  expect(await memory.get('a')).toMatchObject({
    counts: { open: 500 },
    lastSeenAtMs: 499,
    example: 'id-0',
  });
});

it('groups do not wait for each other, and of each one change at a time is being written', async () => {
  const step = fc.record({
    group: fc.constantFrom('a', 'b'),
    state: fc.constantFrom(...DEAD_LETTER_STATES),
    by: fc.constantFrom(-1, 1, 2),
    isFailure: fc.boolean(),
    /** Whether the store gets a turn before the next one comes. */
    rests: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const merged = slowGroups();
      const alone = createMemoryGroupStore();
      for (const name of ['a', 'b']) {
        for (const store of [merged.groups, alone]) await store.apply(failure(name, 1));
      }
      const applied: Promise<boolean>[] = [];
      for (const [at, { group, state, by, isFailure, rests }] of steps.entries()) {
        const change = isFailure ? failure(group, 2 + at) : { group, counts: { [state]: by } };
        applied.push(merged.groups.apply(change));
        await alone.apply(change);
        if (rests) await turn();
      }
      expect(await Promise.all(applied)).toEqual(steps.map(() => false));
      expect(merged.memory.groups()).toEqual(alone.groups());
      expect(merged.seen.atOnceMax).toBe(1);
    }),
  );
});

it('the one who is told of a new group is one whose failure came in', async () => {
  const { groups, written } = slowGroups();
  const busy = groups.apply({ group: 'a', counts: { open: -1 } });
  await Promise.resolve();
  const made = await Promise.all([
    groups.apply({ group: 'a', counts: { resolved: 1 } }),
    groups.apply(failure('a', 1)),
    groups.apply(failure('a', 2)),
  ]);
  expect(await busy).toBe(false);
  expect(made).toEqual([false, true, false]);
  expect(written).toHaveLength(2);
});

it('those in a failed write are told, and the next one is written', async () => {
  const { groups, memory } = slowGroups();
  memory.down = true;
  const failed = await Promise.allSettled([1, 2].map((at) => groups.apply(failure('a', at))));
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  memory.down = false;
  expect(await groups.apply(failure('a', 3))).toBe(true);
  expect(await memory.get('a')).toMatchObject({ counts: { open: 1 } });
});
