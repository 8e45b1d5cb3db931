import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { groupsAnswer } from '../../../lib/codec/group-answer.ts';
import { listGroups } from '../../../lib/flow/list-groups.ts';
import { idOf } from '../../support/dead-letter-items.ts';
import { createMemoryGroupStore } from '../../support/memory-group-store.ts';

const seen = (atMs: number) => ({
  title: 'ValueError: …',
  errorType: 'ValueError',
  atMs,
  example: idOf(1),
});

it('pages hold every group once, the newest activity first', async () => {
  const groups = fc.uniqueArray(fc.tuple(fc.nat(999), fc.integer({ min: 1, max: 5 })), {
    selector: ([n]) => n,
    maxLength: 30,
  });
  await fc.assert(
    fc.asyncProperty(groups, fc.integer({ min: 1, max: 7 }), async (made, limit) => {
      const store = createMemoryGroupStore();
      for (const [n, atMs] of made) {
        await store.apply({ group: idOf(n).slice(0, 16), counts: { open: n }, seen: seen(atMs) });
      }
      const pages: string[][] = [];
      let cursor: string | undefined;
      do {
        const page = await listGroups({ limit, ...(cursor ? { cursor } : {}) }, store);
        expect(z.safeParse(groupsAnswer, { success: true, ...page }).error).toBeUndefined();
        pages.push(page.groups.map(({ group }) => group));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined && pages.length < 100);

      const wanted = made
        .map(([n, atMs]) => ({ group: idOf(n).slice(0, 16), atMs }))
        .toSorted((a, b) => b.atMs - a.atMs || (a.group < b.group ? 1 : -1));
      expect(pages.flat()).toEqual(wanted.map(({ group }) => group));
      expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(limit);
    }),
  );
});

it('a group has its counts by state and its times', async () => {
  const store = createMemoryGroupStore();
  const group = idOf(7).slice(0, 16);
  await store.apply({ group, counts: { open: 2 }, seen: seen(1000) });
  await store.apply({ group, counts: { open: -1, resolved: 1 } });
  await store.apply({ group, counts: { open: 1 }, seen: seen(2000) });

  const { groups, nextCursor } = await listGroups({}, store);

  expect(nextCursor).toBeNull();
  expect(groups).toEqual([
    {
      group,
      title: 'ValueError: …',
      errorType: 'ValueError',
      counts: { open: 2, redriving: 0, resolved: 1, discarded: 0, purging: 0, purged: 0 },
      firstSeenAt: '1970-01-01T00:00:01.000Z',
      lastSeenAt: '1970-01-01T00:00:02.000Z',
      example: idOf(1),
    },
  ]);
});

it('refuses a cursor that is none', async () => {
  const store = createMemoryGroupStore();
  await expect(listGroups({ cursor: 'abc' }, store)).rejects.toMatchObject({
    code: 'CURSOR_INVALID',
  });
});

it('passes on that the store does not answer', async () => {
  const store = createMemoryGroupStore();
  store.down = true;
  await expect(listGroups({}, store)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});
