import { expect, it } from 'vitest';
import { countInGroups } from '../../../lib/flow/count-in-groups.ts';
import { deadLetterItem } from '../../support/dead-letter-items.ts';
import { captureLog } from '../../support/log-lines.ts';
import { createMemoryGroupStore } from '../../support/memory-group-store.ts';

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
