import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claim, claimPurge, discard, isFinal } from '../../../lib/decide/life.ts';
import { toEnvelope } from '../../../lib/decide/envelope.ts';
import { DEAD_LETTER_STATES, type DeadLetterItem } from '../../../lib/model/dead-letter.ts';
import { DLQ, intakeRecord } from '../../support/dead-letter-flow.ts';
import { failureOf, OPERATOR, startReindex } from '../../support/reindex-flow.ts';

type Stack = ReturnType<typeof startReindex>;

const CONTEXT = { orderId: 'ORDER-1', consumerGroup: 'order-service-group' };
const ID = failureOf(0).id;
const CHANGE = { by: OPERATOR, jobId: 'job-1', reason: 'known' };

const failed = (stack: Stack, order: number) =>
  stack.run(intakeRecord(failureOf(order, { error: errorOf(order) })));

/** Failures of three causes. */
const errorOf = (order: number) => ({
  type: `Error${'ABC'[order % 3]}`,
  message: 'no',
  causes: [],
});

const processed = (stack: Stack, order: number) => {
  const { id, origin, by } = failureOf(order);
  const redrive = { id: 'redrive-1', count: 1 };
  const processedAtMs = stack.clock.nowMs();
  return stack.run(
    intakeRecord({ kind: 'processed', id, origin, redrive, attempts: 1, processedAtMs, by }),
  );
};

const purged = (stack: Stack, order: number) => {
  const { id } = failureOf(order);
  return stack.run(
    intakeRecord({ kind: 'purge', id, jobId: 'job-1', askedAtMs: stack.clock.nowMs() }),
  );
};

/** An operator's change. */
async function change(
  { index, clock }: Stack,
  order: number,
  make: (item: DeadLetterItem, by: typeof CHANGE & { atMs: number }) => DeadLetterItem | undefined,
): Promise<void> {
  const item = await index.get(failureOf(order).id);
  const next = item && make(item, { ...CHANGE, atMs: clock.nowMs() });
  if (item && next) await index.put(next, item.revision);
}

const late = async (stack: Stack, order: number) => {
  const event = failureOf(order, { error: errorOf(order) });
  await stack.write(event.id, await stack.codec.encode(toEnvelope(event, CONTEXT)));
};

describe('the last record of a key', () => {
  it('that is an envelope without item comes in as open, as the writer would have made it', async () => {
    const stack = startReindex();
    await failed(stack, 0);
    const before = (await stack.index.get(ID))!;
    stack.index.lose(ID);
    const { counts } = await stack.reindex();
    expect(counts).toMatchObject({ read: 1, opened: 1, resolved: 0, erased: 0 });
    const [record] = stack.records();
    const item = await stack.index.get(ID);
    expect(item).toEqual({
      ...before,
      arrivedAtMs: record?.timestampMs,
      changedAtMs: expect.any(Number),
      history: [
        {
          atMs: item?.changedAtMs,
          what: 'found-in-topic',
          by: OPERATOR,
          from: null,
          to: 'open',
          invocation: expect.stringMatching(/^call-/),
          error: { type: 'ErrorA', message: 'no' },
        },
      ],
    });
    expect(stack.said()).toContain(`INFO Dead letter ${ID}: none → open`);
  });

  it('that is a tombstone ends what has not ended', async () => {
    const stack = startReindex();
    for (const order of [0, 1, 2, 3]) await failed(stack, order);
    await change(stack, 1, (item, by) => claim(item, by, 1_000));
    for (const order of [2, 3]) await change(stack, order, discard);
    await change(stack, 3, claimPurge);
    for (const order of [0, 1, 2, 3]) await stack.write(failureOf(order).id, null);
    const { counts } = await stack.reindex();
    expect(counts).toMatchObject({ opened: 0, resolved: 4, erased: 0, left: 0 });
    const items = await stack.index.getMany([0, 1, 2, 3].map((order) => failureOf(order).id));
    expect(items.map((item) => item.state)).toEqual(['resolved', 'resolved', 'resolved', 'purged']);
    expect(items[1]?.redrive?.outcome).toBe('resolved');
    expect(items[3]?.originalMessage).toBeNull();
    for (const item of items) {
      expect(item.expiresAtMs).toBeGreaterThan(stack.clock.nowMs());
      expect(item.history.at(-1)).toMatchObject({ what: 'found-in-topic', by: OPERATOR });
    }
  });

  it('that is an envelope of what has ended gets a tombstone again, by its one writer', async () => {
    const stack = startReindex();
    await failed(stack, 0);
    await processed(stack, 0);
    await late(stack, 0);
    const item = await stack.index.get(ID);
    expect((await stack.reindex()).counts).toMatchObject({ opened: 0, resolved: 0, erased: 1 });
    expect(await stack.drainIntake()).toBe(1);
    expect(stack.lastRecords().get(ID)?.value).toBeNull();
    expect(await stack.index.get(ID)).toEqual(item);
    expect((await stack.reindex()).counts).toMatchObject({ erased: 0 });
  });

  it('alone counts: an envelope before a tombstone is not believed, whether there is an item or not', async () => {
    const stack = startReindex();
    for (const order of [0, 1, 2, 3, 4]) await failed(stack, order);
    for (const order of [0, 1, 2, 3, 4]) await processed(stack, order);
    stack.index.lose(failureOf(1).id);
    stack.index.lose(failureOf(3).id);
    const before = stack.index.items();
    const { counts } = await stack.reindex();
    expect(counts).toMatchObject({ opened: 0, resolved: 0, erased: 0 });
    expect(stack.index.items()).toEqual(before);
  });

  it('that is no envelope is left, with all that comes before it', async () => {
    const stack = startReindex();
    await failed(stack, 0);
    stack.index.lose(ID);
    await stack.write(ID, Buffer.from('junk'));
    await stack.write('no id', Buffer.from('junk'));
    const { counts } = await stack.reindex();
    expect(counts).toMatchObject({ opened: 0, unreadable: 1 });
    expect(stack.index.items()).toEqual([]);
    expect(stack.said()).toContain(
      `WARN The last record of dead letter ${ID} is no envelope: it is left as it is`,
    );
  });

  it('that is an envelope of another id is left', async () => {
    const stack = startReindex();
    await stack.write(ID, await stack.codec.encode(toEnvelope(failureOf(1), CONTEXT)));
    expect((await stack.reindex()).counts).toMatchObject({ opened: 0, unreadable: 1 });
  });

  it('is found where windows are bounded by bytes', async () => {
    const stack = startReindex({ windowRecordsMax: 100, windowBytesMax: 10 });
    for (const order of [0, 1, 2, 3, 4, 5]) await failed(stack, order);
    for (const { id } of stack.index.items()) stack.index.lose(id);
    expect((await stack.reindex()).counts).toMatchObject({ read: 6, opened: 6 });
  });
});

it('does as much as its time allows in one call', async () => {
  const stack = startReindex({});
  for (const order of [0, 1, 2]) await failed(stack, order);
  for (const { id } of stack.index.items()) stack.index.lose(id);
  const part = await stack.clock.run(stack.call(null, 60_000));
  expect(part).toMatchObject({ state: null, counts: { read: 3, opened: 3, recounted: 3 } });
});

it('a topic that does not exist is told', async () => {
  const stack = startReindex();
  stack.publisher.deleteTopic(DLQ);
  await expect(stack.clock.run(stack.call(null))).rejects.toMatchObject({
    code: 'KAFKA_UNAVAILABLE',
    message: expect.stringContaining(DLQ),
  });
});

it('tombstones that nobody took an event for are asked for again at the next call', async () => {
  const stack = startReindex({});
  await failed(stack, 0);
  await processed(stack, 0);
  await late(stack, 0);
  stack.publisher.hide('order-events-dlq-intake');
  const call = stack.call(null, 60_000);
  await expect(stack.clock.run(call)).rejects.toMatchObject({ code: 'PUBLISH_NOT_ACKNOWLEDGED' });
  stack.publisher.show('order-events-dlq-intake');
  expect((await stack.reindex()).counts).toMatchObject({ erased: 1 });
});

describe('groups', () => {
  const countsIn = (stack: Stack) =>
    Object.fromEntries(stack.groups.groups().map(({ group, counts }) => [group, counts]));

  it('are counted anew where their counts were spoiled', async () => {
    const stack = startReindex();
    for (let order = 0; order < 9; order++) await failed(stack, order);
    await processed(stack, 0);
    await change(stack, 1, discard);
    const [group] = stack.groups.groups();
    await stack.groups.apply({ group: group!.group, counts: { open: 7, purged: 2 } });
    const { counts } = await stack.reindex();
    expect(counts).toMatchObject({ recounted: 3, left: 0 });
    expect(countsIn(stack)).toEqual(countedItems(stack));
  });

  it('that are missing are made again, as old as their oldest dead letter and as new as their newest', async () => {
    const stack = startReindex();
    for (let order = 0; order < 6; order++) {
      await failed(stack, order);
      await stack.clock.run(stack.clock.sleep(1_000));
    }
    const groups = stack.groups.groups();
    const bare = startReindex();
    for (const item of stack.index.items()) await bare.index.put(item, 0);
    const { counts } = await bare.reindex();
    expect(counts).toMatchObject({ opened: 0, recounted: 3 });
    expect(countsIn(bare)).toEqual(countedItems(stack));
    for (const { group, firstSeenAtMs, lastSeenAtMs } of bare.groups.groups()) {
      const items = stack.index.items().filter((item) => item.group === group);
      const arrivals = items.map((item) => item.arrivedAtMs);
      expect([firstSeenAtMs, lastSeenAtMs]).toEqual([Math.min(...arrivals), Math.max(...arrivals)]);
    }
    expect(bare.groups.groups().map(({ title }) => title)).toEqual(
      groups.map(({ title }) => title),
    );
  });

  it('that count what the index has forgotten are right again, and show one that is there; what has nothing left goes', async () => {
    const stack = startReindex();
    for (const order of [0, 1, 3, 4]) await failed(stack, order);
    for (const order of [0, 1, 4]) await processed(stack, order);
    const [, two] = stack.groups.groups().toSorted((a, b) => (a.title < b.title ? -1 : 1));
    const counts = () => stack.groups.groups().map(({ counts: now }) => [now.open, now.resolved]);
    // The table forgets what has ended, and tells nobody.
    for (const order of [0, 1, 4]) stack.index.lose(failureOf(order).id);
    expect(counts()).toEqual([
      [1, 1],
      [0, 2],
    ]);
    await stack.reindex();
    expect(counts()).toEqual([[1, 0]]);
    expect(stack.groups.groups()).toMatchObject([{ example: failureOf(3).id }]);
    expect(await stack.groups.get(two!.group)).toBeUndefined();
  });

  it('are all counted, whatever fails meanwhile in those that are still to come', async () => {
    const stack = startReindex();
    // Of 20 causes, each with wrong counts.
    const fail = (order: number) => {
      const type = `Error${'ABCDEFGHIJKLMNOPQRST'[order % 20]}`;
      const error = { type, message: 'no', causes: [] };
      return stack.run(intakeRecord(failureOf(order, { error })));
    };
    for (let order = 0; order < 20; order++) await fail(order);
    const groups = stack.groups.groups().map(({ group }) => group);
    for (const group of groups) await stack.groups.apply({ group, counts: { open: 7 } });
    let more = 0;
    const { counts } = await stack.reindex(async (state) => {
      if (state?.phase !== 'count' || state.page.length === 0 || more > 0) return;
      // The first page is being counted: all others become newer than it.
      const page = state.page.map(({ group }) => group);
      for (let order = 0; order < 20; order++) {
        const item = await stack.index.get(failureOf(order).id);
        if (item === undefined || page.includes(item.group)) continue;
        await fail(order + 20);
        more += 1;
      }
    });
    expect(more).toBe(18);
    expect(counts).toMatchObject({ recounted: 20, left: 0 });
    expect(countsIn(stack)).toEqual(countedItems(stack));
  });

  it('stay while one of their dead letters is there, though nobody counted it', async () => {
    const stack = startReindex();
    await failed(stack, 0);
    // Its writer died before it counted.
    const one = (await stack.index.get(ID))!;
    await stack.index.put({ ...one, id: failureOf(3).id, revision: 1 }, 0);
    await processed(stack, 0);
    expect(stack.groups.groups()).toMatchObject([{ counts: { open: 0, resolved: 1 } }]);
    stack.index.lose(ID);
    await stack.reindex();
    expect(countsIn(stack)).toEqual(countedItems(stack));
    expect(stack.groups.groups()).toMatchObject([{ counts: { open: 1, resolved: 0 } }]);
  });

  it('that change while they are counted are counted again', async () => {
    let changes = 1;
    const stack: Stack = startReindex(undefined, (index) => ({
      ...index,
      async list(filter, limit, after) {
        const page = await index.list(filter, limit, after);
        if (changes-- > 0) await failed(stack, 3);
        return page;
      },
    }));
    await failed(stack, 0);
    const { counts } = await stack.reindex();
    expect(counts).toMatchObject({ recounted: 1, left: 0 });
    expect(countsIn(stack)).toEqual(countedItems(stack));
  });

  it('that never keep still are left as they are, and counted as such', async () => {
    const stack: Stack = startReindex(undefined, (index) => ({
      ...index,
      async list(filter, limit, after) {
        const page = await index.list(filter, limit, after);
        const group = stack.groups.groups()[0]!.group;
        await stack.groups.apply({ group, counts: { open: 0 } });
        return page;
      },
    }));
    await failed(stack, 0);
    const { counts } = await stack.reindex();
    expect(counts).toMatchObject({ recounted: 0, left: 1 });
    expect(countsIn(stack)).toEqual(countedItems(stack));
  });
});

function countedItems({ index }: Stack) {
  const counts: Record<string, Record<string, number>> = {};
  for (const { group, state } of index.items()) {
    counts[group] ??= Object.fromEntries(DEAD_LETTER_STATES.map((name) => [name, 0]));
    counts[group]![state]! += 1;
  }
  return counts;
}

/** What happens to one of six orders. */
type Happening =
  | { readonly what: 'fail' | 'succeed' | 'discard' | 'purge' | 'claim'; readonly order: number }
  | { readonly what: 'late' | 'tombstone' | 'junk' | 'lose' | 'compact'; readonly order: number };

const order = fc.nat(5);
const happening = (...kinds: Happening['what'][]): fc.Arbitrary<Happening> =>
  fc.record({ what: fc.constantFrom(...kinds), order });

async function happen(stack: Stack, { what, order: at }: Happening): Promise<void> {
  const { id } = failureOf(at);
  switch (what) {
    case 'fail':
      return void (await failed(stack, at));
    case 'succeed':
      return void (await processed(stack, at));
    case 'discard':
      return change(stack, at, discard);
    case 'claim':
      return change(stack, at, (item, by) => claim(item, by, 1_000));
    case 'purge':
      await change(stack, at, discard);
      await change(stack, at, claimPurge);
      return void (await purged(stack, at));
    case 'late':
      return late(stack, at);
    case 'tombstone':
      return stack.write(id, null);
    case 'junk':
      return stack.write(id, Buffer.from('junk'));
    case 'lose':
      return stack.index.lose(id);
    case 'compact':
      return stack.reader.compact(DLQ, at % 4, at + 3);
    default:
      return what satisfies never;
  }
}

describe('whatever has happened', () => {
  const histories = fc.array(
    happening(
      'fail',
      'succeed',
      'discard',
      'purge',
      'claim',
      'late',
      'tombstone',
      'junk',
      'lose',
      'compact',
    ),
    { maxLength: 25 },
  );

  it('the index says what the last record of each key says, and a second time changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const stack = startReindex();
        for (const one of history) await happen(stack, one);
        const before = new Map(stack.index.items().map((item) => [item.id, item]));
        const last = stack.lastRecords();

        const { counts } = await stack.reindex();
        expect(counts.left).toBe(0);

        const after = new Map(stack.index.items().map((item) => [item.id, item]));
        for (const [id, record] of last) {
          const was = before.get(id);
          const is = after.get(id);
          const isJunk = String(record.value) === 'junk';
          if (was === undefined && record.value !== null && !isJunk) {
            const { topic, partition, offset } = record;
            expect(is).toMatchObject({ state: 'open', envelopeAt: { topic, partition, offset } });
          } else if (was !== undefined && !isFinal(was.state) && record.value === null) {
            expect(is?.state).toBe(was.state === 'purging' ? 'purged' : 'resolved');
          } else {
            expect(is).toEqual(was);
          }
        }
        expect([...after.keys()].every((id) => before.has(id) || last.has(id))).toBe(true);

        await stack.drainIntake();
        for (const { id, state } of stack.index.items()) {
          if (isFinal(state)) expect(stack.lastRecords().get(id)?.value).toBeNull();
        }
        const lines = stack.records().length;
        const second = await stack.reindex();
        expect(second.counts).toMatchObject({ opened: 0, resolved: 0, erased: 0, left: 0 });
        expect(stack.index.items()).toEqual([...after.values()]);
        expect(await stack.drainIntake()).toBe(0);
        expect(stack.records()).toHaveLength(lines);
        const counted = stack.groups.groups().map(({ group, counts: now }) => [group, now]);
        const named = Object.entries(countedItems(stack)).filter(([group]) => group !== '');
        expect(Object.fromEntries(counted)).toMatchObject(Object.fromEntries(named));
      }),
      { numRuns: 60 },
    );
  });

  it('while it goes on, nothing that has ended comes back, and nothing else vanishes', async () => {
    const traffic = fc.array(happening('fail', 'succeed', 'discard', 'purge', 'claim'), {
      maxLength: 12,
    });
    const losses = fc.uniqueArray(order);
    await fc.assert(
      fc.asyncProperty(traffic, losses, traffic, fc.nat(3), async (history, lost, then, every) => {
        const waiting = [...then];
        const ended = new Set<number>();
        const known = new Set<number>();
        const note = async ({ what, order: at }: Happening) => {
          const item = await stack.index.get(failureOf(at).id);
          if (what === 'fail' || what === 'succeed') known.add(at);
          // A late failure of what the index lost opens it again, reindex or not.
          if (what === 'fail' && item === undefined) ended.delete(at);
          const isOpen = item?.state === 'open' || item?.state === 'discarded';
          if (what === 'succeed' || (what === 'purge' && isOpen)) ended.add(at);
        };
        let asked = 0;
        const interrupted = async () => {
          if (asked++ % (every + 1) !== 0) return;
          const next = waiting.shift();
          if (next === undefined) return;
          await note(next);
          await happen(stack, next);
        };
        const stack: Stack = startReindex(undefined, (index) => ({
          ...index,
          async get(id) {
            const item = await index.get(id);
            await interrupted();
            return item;
          },
          async getMany(ids) {
            const items = await index.getMany(ids);
            await interrupted();
            return items;
          },
        }));
        for (const one of history) {
          await note(one);
          await happen(stack, one);
        }
        for (const at of lost) stack.index.lose(failureOf(at).id);

        await stack.reindex(async () => interrupted());
        await stack.drainIntake();

        for (const at of known) {
          const item = await stack.index.get(failureOf(at).id);
          if (!ended.has(at)) expect(item && isFinal(item.state)).toBe(false);
          else if (item !== undefined) expect(isFinal(item.state)).toBe(true);
          else expect(lost).toContain(at);
        }
      }),
      { numRuns: 60 },
    );
  });
});
