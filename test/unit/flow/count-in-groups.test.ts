import { expect, it } from 'vitest';
import { countInGroups } from '../../../lib/flow/count-in-groups.ts';
import type { DeadLetterItem } from '../../../lib/model/dead-letter.ts';
import type { GroupChange } from '../../../lib/ports/group-store.ts';
import { deadLetterItem } from '../../support/dead-letter-items.ts';
import { captureLog } from '../../support/log-lines.ts';
import { createMemoryGroupStore } from '../../support/memory-group-store.ts';

async function appliedBy(before: DeadLetterItem, after: DeadLetterItem): Promise<GroupChange[]> {
  const applied: GroupChange[] = [];
  const groups = {
    ...createMemoryGroupStore(),
    async apply(change: GroupChange) {
      applied.push(change);
      return false;
    },
  };
  await countInGroups(before, after, undefined, { groups, log: captureLog().log });
  return applied;
}

it('a dead letter that ends says until when its group is needed; one that goes on does not', async () => {
  const open = deadLetterItem();
  const { group } = open;
  expect(await appliedBy(open, { ...open, state: 'resolved', expiresAtMs: 77 })).toEqual([
    { group, counts: { open: -1, resolved: 1 }, forgetAtMs: 77 },
  ]);
  expect(await appliedBy(open, { ...open, state: 'discarded' })).toEqual([
    { group, counts: { open: -1, discarded: 1 } },
  ]);
});

it('a failure that leaves its dead letter as open as it was changes no count, and is activity all the same', async () => {
  const groups = createMemoryGroupStore();
  const { log } = captureLog();
  const item = deadLetterItem({ state: 'open' });
  const seen = (atMs: number) => ({ title: 'a title', atMs });
  await countInGroups(undefined, item, seen(1), { groups, log });
  expect(await countInGroups(item, item, seen(9), { groups, log })).toBe(false);
  expect(groups.groups()).toMatchObject([
    { firstSeenAtMs: 1, lastSeenAtMs: 9, counts: { open: 1 } },
  ]);
});
