import { GetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGroupStore } from '../../lib/effect/dynamodb/group-store.ts';
import { DEAD_LETTER_STATES, type DeadLetterGroup } from '../../lib/model/dead-letter.ts';
import type {
  GroupChange,
  GroupPosition,
  GroupStore,
  SweptGroups,
} from '../../lib/ports/group-store.ts';
import { createMemoryGroupStore } from '../support/memory-group-store.ts';
import { loaderOf, NOBODY, ownTable, testClient } from '../support/test-tables.ts';

let client: DynamoDBClient;
beforeAll(() => {
  client = testClient();
});
afterAll(() => client.destroy());

async function inDynamoDb(): Promise<GroupStore> {
  return createGroupStore({ table: await ownTable('groupsTable'), load: loaderOf(client) });
}

async function inMemory(): Promise<GroupStore> {
  return createMemoryGroupStore();
}

const PLACES: [string, () => Promise<GroupStore>][] = [
  ['in DynamoDB', inDynamoDb],
  ['in memory', inMemory],
];

const SPAN = { firstSeenAtMs: 1, lastSeenAtMs: 2, example: 'id-2' };
const NONE = { open: 0, redriving: 0, resolved: 0, discarded: 0, purging: 0, purged: 0 };

/** A failure of a group came in. */
function failure(group: string, atMs = 1_000, example = 'id-1'): GroupChange {
  const seen = { title: `ValueError: ${group}`, errorType: 'ValueError', atMs, example };
  return { group, counts: { open: 1 }, seen };
}

async function listAll(store: GroupStore, limit: number) {
  const groups: DeadLetterGroup[] = [];
  const sizes: number[] = [];
  let position: GroupPosition | null = null;
  do {
    const page = await store.list(limit, position);
    groups.push(...page.groups);
    sizes.push(page.groups.length);
    position = page.next;
  } while (position !== null);
  return { groups, sizes };
}

describe.each(PLACES)('a group %s', (_where, start) => {
  it('is made by its first failure, which it keeps as its example', async () => {
    const store = await start();
    expect(await store.get('a')).toBeUndefined();
    expect(await store.apply(failure('a', 1_000, 'first'))).toBe(true);
    expect(await store.apply(failure('a', 2_000, 'second'))).toBe(false);
    expect(await store.get('a')).toEqual({
      group: 'a',
      title: 'ValueError: a',
      errorType: 'ValueError',
      counts: { ...NONE, open: 2 },
      firstSeenAtMs: 1_000,
      lastSeenAtMs: 2_000,
      example: 'first',
    });
  });

  it('is new for exactly one of many writers, and every failure counts', async () => {
    const store = await start();
    const writers = Array.from({ length: 40 }, (_, at) => store.apply(failure('a', 1_000 + at)));
    const made = await Promise.all(writers);
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await store.get('a')).toMatchObject({
      counts: { ...NONE, open: 40 },
      firstSeenAtMs: 1_000,
      lastSeenAtMs: 1_039,
    });
  });

  it('is not made by a change that follows a failure nobody counted', async () => {
    const store = await start();
    expect(await store.apply({ group: 'a', counts: { open: -1, resolved: 1 } })).toBe(false);
    expect(await store.get('a')).toBeUndefined();
    expect(await store.version('a')).toBe(0);
    expect(await store.list(10, null)).toEqual({ groups: [], next: null });
  });

  it('counts by addition, so that the order of changes does not matter', async () => {
    const states = fc.constantFrom(...DEAD_LETTER_STATES);
    const moves = fc.array(fc.tuple(states, states), { maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(moves, async (pairs) => {
        const store = await start();
        await store.apply(failure('a'));
        await store.apply({ group: 'a', counts: { open: 100, resolved: 100, purged: 100 } });
        await store.apply({ group: 'a', counts: { discarded: 100, redriving: 100, purging: 100 } });
        const expected = Object.fromEntries(DEAD_LETTER_STATES.map((state) => [state, 100]));
        expected['open'] = 101;
        for (const [from, to] of pairs) {
          if (from === to) continue;
          expected[from] = expected[from]! - 1;
          expected[to] = expected[to]! + 1;
        }
        const changes = pairs.filter(([from, to]) => from !== to);
        const change = ([from, to]: (typeof changes)[number]) =>
          store.apply({ group: 'a', counts: { [from]: -1, [to]: 1 } });
        expect(await Promise.all(changes.map(change))).toEqual(changes.map(() => false));
        expect((await store.get('a'))?.counts).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });

  it('shows no count below zero, and is right again once the missing change comes', async () => {
    const store = await start();
    await store.apply(failure('a'));
    await store.apply({ group: 'a', counts: { redriving: -1, resolved: 1 } });
    expect((await store.get('a'))?.counts).toEqual({ ...NONE, open: 1, resolved: 1 });
    await store.apply({ group: 'a', counts: { open: -1, redriving: 1 } });
    expect((await store.get('a'))?.counts).toEqual({ ...NONE, resolved: 1 });
  });

  it('was last seen when its newest failure came, in whatever order they are counted', async () => {
    const store = await start();
    await store.apply(failure('a', 2_000));
    expect(await store.apply(failure('a', 1_000, 'first'))).toBe(false);
    await store.apply(failure('a', 1_500));
    expect(await store.get('a')).toMatchObject({
      counts: { open: 3 },
      example: 'first',
      firstSeenAtMs: 1_000,
      lastSeenAtMs: 2_000,
    });
    expect((await store.list(10, null)).groups).toMatchObject([{ lastSeenAtMs: 2_000 }]);
  });

  it('is not seen where its dead letters change, but for the counts', async () => {
    const store = await start();
    await store.apply(failure('a', 1_000));
    await store.apply({ group: 'a', counts: { open: -1, discarded: 1 } });
    expect(await store.get('a')).toMatchObject({ lastSeenAtMs: 1_000, counts: { discarded: 1 } });
  });
});

describe.each(PLACES)('a recount %s', (_where, start) => {
  const counted = { ...NONE, open: 7, resolved: 3 };

  it('replaces the counts where nothing came in between', async () => {
    const store = await start();
    await store.apply(failure('a'));
    const since = await store.version('a');
    expect(since).toBeGreaterThan(0);
    expect(await store.recount('a', counted, since)).toBe(true);
    expect(await store.get('a')).toMatchObject({ counts: counted, lastSeenAtMs: 1_000 });
    expect(await store.version('a')).toBeGreaterThan(since);
  });

  it.each<[string, GroupChange]>([
    ['a failure', failure('a', 2_000)],
    ['a late failure', failure('a', 500)],
    ['another change', { group: 'a', counts: { open: -1, discarded: 1 } }],
  ])('changes nothing where %s came in between', async (_what, change) => {
    const store = await start();
    await store.apply(failure('a'));
    const since = await store.version('a');
    await store.apply(change);
    const before = await store.get('a');
    expect(await store.recount('a', counted, since)).toBe(false);
    expect(await store.get('a')).toEqual(before);
  });

  it('is won by one of two', async () => {
    const store = await start();
    await store.apply(failure('a'));
    const since = await store.version('a');
    const won = await Promise.all([1, 2].map(() => store.recount('a', counted, since)));
    expect(won.filter(Boolean)).toHaveLength(1);
  });

  it('forgets a group of which nothing is left, which is new then when it comes again', async () => {
    const store = await start();
    await store.apply(failure('a'));
    await store.apply(failure('b'));
    const since = await store.version('a');
    expect(await store.recount('a', NONE, since - 1)).toBe(false);
    expect(await store.recount('a', NONE, since)).toBe(true);
    expect(await store.get('a')).toBeUndefined();
    expect((await store.list(10, null)).groups.map(({ group }) => group)).toEqual(['b']);
    expect(await store.recount('a', NONE, since)).toBe(false);
    expect(await store.apply(failure('a'))).toBe(true);
  });

  it('does not make a group', async () => {
    const store = await start();
    expect(await store.recount('a', counted, 0)).toBe(false);
    expect(await store.get('a')).toBeUndefined();
  });
});

describe.each(PLACES)('the time in which a group was seen %s', (_where, start) => {
  it.each([
    [500, 3_000, 500, 3_000],
    [500, 1_500, 500, 2_000],
    [1_500, 3_000, 1_000, 3_000],
    [1_000, 2_000, 1_000, 2_000],
  ])('widened to %i … %i is %i … %i', async (first, last, firstSeenAtMs, lastSeenAtMs) => {
    const store = await start();
    await store.apply(failure('a', 1_000));
    await store.apply(failure('a', 2_000));
    await store.apply(failure('b', 2_500));
    const since = await store.version('a');
    const seen = { firstSeenAtMs: first, lastSeenAtMs: last, example: 'earlier' };
    await store.widen('a', seen);
    const example = first < 1_000 ? 'earlier' : 'id-1';
    expect(await store.get('a')).toMatchObject({ firstSeenAtMs, lastSeenAtMs, example });
    // It is listed where it belongs then, and a recount that is under way still counts.
    const { groups } = await store.list(10, null);
    expect(groups.map(({ group }) => group)).toEqual(
      lastSeenAtMs > 2_500 ? ['a', 'b'] : ['b', 'a'],
    );
    expect(await store.version('a')).toBe(since);
  });

  it("is nobody's where there is no group", async () => {
    const store = await start();
    await store.widen('a', SPAN);
    await store.replaceExample('a', 'id-1', 'id-2');
    expect(await store.get('a')).toBeUndefined();
    expect(await store.list(10, null)).toEqual({ groups: [], next: null });
  });
});

describe.each(PLACES)('a group %s whose counts say that all has ended', (_where, start) => {
  it('stays until a recount finds nothing left of it: counts alone may be wrong', async () => {
    const store = await start();
    // Of two that failed, one was not counted: its writer died.
    await store.apply(failure('a'));
    await store.apply({ group: 'a', counts: { open: -1, resolved: 1 } });
    await store.recount('a', { ...NONE, resolved: 1 }, await store.version('a'));
    expect(await store.get('a')).toMatchObject({ counts: { ...NONE, resolved: 1 } });
    expect(await store.recount('a', NONE, await store.version('a'))).toBe(true);
    expect(await store.get('a')).toBeUndefined();
  });
});

it('no row of a group in DynamoDB says when it may be forgotten', async () => {
  const table = await ownTable('groupsTable');
  const store = createGroupStore({ table, load: loaderOf(client) });
  await store.apply(failure('a'));
  await store.apply({ group: 'a', counts: { open: -1, resolved: 1 } });
  await store.recount('a', { ...NONE, resolved: 1 }, await store.version('a'));
  const get = new GetItemCommand({ TableName: table, Key: { group: { S: 'a' } } });
  const row = (await client.send(get)).Item ?? {};
  expect(Object.keys(row).filter((name) => /expire/i.test(name))).toEqual([]);
});

describe.each(PLACES)('the example of a group %s', (_where, start) => {
  it('is replaced where it is the one that was seen', async () => {
    const store = await start();
    await store.apply(failure('a', 1_000, 'gone'));
    const since = await store.version('a');
    await store.replaceExample('a', 'another', 'there');
    expect(await store.get('a')).toMatchObject({ example: 'gone' });
    await store.replaceExample('a', 'gone', 'there');
    expect(await store.get('a')).toMatchObject({ example: 'there', firstSeenAtMs: 1_000 });
    expect(await store.version('a')).toBe(since);
  });
});

describe.each(PLACES)('the list of groups %s', (_where, start) => {
  it('pages through all of them, newest activity first, nothing twice and nothing left out', async () => {
    const groups = fc.uniqueArray(
      fc.record({ name: fc.nat(999).map(String), atMs: fc.integer({ min: 98, max: 102 }) }),
      { selector: ({ name }) => name, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(groups, fc.integer({ min: 1, max: 5 }), async (made, limit) => {
        const store = await start();
        await Promise.all(made.map(({ name, atMs }) => store.apply(failure(name, atMs))));
        const expected = made
          .toSorted((a, b) => b.atMs - a.atMs || (a.name < b.name ? 1 : -1))
          .map(({ name }) => name);
        const listed = await listAll(store, limit);
        expect(listed.groups.map(({ group }) => group)).toEqual(expected);
        expect(listed.sizes.slice(0, -1).every((size) => size === limit)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  it('leaves a group out only where it moved to the front while somebody pages, and shows none twice', async () => {
    const store = await start();
    for (const [at, name] of ['a', 'b', 'c', 'd'].entries()) {
      await store.apply(failure(name, 1_000 + at));
    }
    const first = await store.list(2, null);
    expect(first.groups.map(({ group }) => group)).toEqual(['d', 'c']);
    await store.apply(failure('a', 9_000));
    await store.apply(failure('d', 9_001));
    const second = await store.list(2, first.next);
    expect(second.groups.map(({ group }) => group)).toEqual(['b']);
    const again = await store.list(10, null);
    expect(again.groups.map(({ group }) => group)).toEqual(['d', 'a', 'c', 'b']);
  });
});

describe.each(PLACES)('the sweep of groups %s', (_where, start) => {
  it('meets each once, in bounded pages, whatever happens to those that are still to come', async () => {
    const store = await start();
    const names = Array.from({ length: 11 }, (_, at) => `group-${at}`);
    for (const [at, name] of names.entries()) await store.apply(failure(name, 1_000 + at));
    const swept: string[] = [];
    let after: string | null = null;
    do {
      const page: SweptGroups = await store.sweep(3, after);
      expect(page.groups.length).toBeLessThanOrEqual(3);
      swept.push(...page.groups);
      after = page.next;
      // Each is the newest for once, wherever the sweep is.
      for (const name of names) await store.apply(failure(name, 2_000 + swept.length));
    } while (after !== null);
    expect(swept.toSorted()).toEqual(names.toSorted());
  });

  it('of none is empty', async () => {
    expect(await (await start()).sweep(5, null)).toEqual({ groups: [], next: null });
  });
});

it('groups in a store that does not answer are STORE_UNAVAILABLE, for every call', async () => {
  const dead = testClient(NOBODY);
  const store = createGroupStore({ table: 'groups', load: loaderOf(dead) });
  const code = { code: 'STORE_UNAVAILABLE', message: expect.stringContaining('table groups') };
  await expect(store.apply(failure('a'))).rejects.toMatchObject(code);
  await expect(store.apply({ group: 'a', counts: {} })).rejects.toMatchObject(code);
  await expect(store.get('a')).rejects.toMatchObject(code);
  await expect(store.list(1, null)).rejects.toMatchObject(code);
  await expect(store.sweep(1, null)).rejects.toMatchObject(code);
  await expect(store.version('a')).rejects.toMatchObject(code);
  await expect(store.recount('a', NONE, 1)).rejects.toMatchObject(code);
  await expect(store.widen('a', SPAN)).rejects.toMatchObject(code);
  await expect(store.replaceExample('a', 'x', 'y')).rejects.toMatchObject(code);
});
