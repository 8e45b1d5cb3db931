import { beforeEach, describe, expect, it } from 'vitest';
import { toEnvelope } from '../../lib/decide/envelope.ts';
import { claim, discard } from '../../lib/decide/life.ts';
import { systemClock } from '../../lib/effect/system-clock.ts';
import { reindex } from '../../lib/flow/reindex.ts';
import type { DeadLetterItem } from '../../lib/model/dead-letter.ts';
import type { ReindexState } from '../../lib/model/reindex.ts';
import { captureLog } from '../support/log-lines.ts';
import { startReindexStack, type ReindexStack } from '../support/reindex-stack.ts';

const CONTEXT = { orderId: 'ORDER-1', consumerGroup: 'order-service-group' };
const DAY_MS = 86_400_000;

let stack: ReindexStack;
beforeEach(async () => {
  stack = await startReindexStack();
  return () => stack.close();
});

const idOf = (order: number) => stack.failure(order).id;

/** An operator's change. */
async function change(
  order: number,
  make: (item: DeadLetterItem) => DeadLetterItem | undefined,
): Promise<void> {
  const item = await stack.index.get(idOf(order));
  const next = item && make(item);
  if (next) expect(await stack.index.put(next, next.revision - 1)).toBe(true);
}

const by = { by: 'alice', jobId: 'job-1', reason: 'known' };

describe('the index is lost', () => {
  it('and all that is in the topic comes back as open, with its exact bytes; what has ended does not', async () => {
    await stack.failAll(12);
    await stack.succeed(0);
    await change(1, (item) => discard(item, { ...by, atMs: Date.now() }));
    await change(2, (item) => claim(item, { ...by, atMs: Date.now() }, 60_000));
    const before = await stack.index.getMany(Array.from({ length: 12 }, (_, order) => idOf(order)));
    await stack.lose(...before.map(({ id }) => id));

    expect(await stack.reindexOverHttp()).toMatchObject({
      read: 12,
      opened: 11,
      resolved: 0,
      erased: 0,
    });

    expect(await stack.index.get(idOf(0))).toBeUndefined();
    for (const was of before.filter(({ id }) => id !== idOf(0))) {
      const reading = await stack.read(was.id);
      expect(reading?.item).toMatchObject({
        id: was.id,
        state: 'open',
        envelopeAt: was.envelopeAt,
        group: was.group,
        errorType: was.errorType,
        history: [{ what: 'found-in-topic', by: 'local', from: null, to: 'open' }],
      });
      expect(reading?.envelope?.bytesMissing).toBe(false);
    }
    const found = await stack.groups.list(10, null);
    const open = Object.fromEntries(
      found.groups.map(({ errorType, counts }) => [errorType, counts.open]),
    );
    expect(open).toEqual({ ErrorA: 3, ErrorB: 4, ErrorC: 4 });
    expect(await stack.reindexOverHttp()).toMatchObject({
      opened: 0,
      resolved: 0,
      erased: 0,
      left: 0,
    });
  });

  it('and it comes back in many parts as well, over windows, passes and pages', async () => {
    await stack.failAll(30);
    for (const order of [5, 6, 7, 8, 9, 10, 11, 12]) await stack.succeed(order);
    await stack.lose(...Array.from({ length: 30 }, (_, order) => idOf(order)));
    const deps = {
      index: stack.index,
      groups: stack.groups,
      reader: stack.kafka.reader,
      publisher: stack.kafka.publisher,
      codec: stack.codec,
      clock: systemClock,
      log: captureLog().log,
      dlqTopic: stack.topics.dlq,
      intakeTopic: stack.topics.intake,
      resolvedRetentionMs: 45 * DAY_MS,
      bounds: { windowRecordsMax: 4, metMax: 2, pageItems: 5, pageGroups: 2 },
    };
    let state: ReindexState | null = null;
    let calls = 0;
    let opened = 0;
    do {
      const now = Date.now();
      const times = { untilMs: now, deadlineMs: now + 7_000 };
      const part: Awaited<ReturnType<typeof reindex>> = await reindex(
        { state, by: 'alice', invocation: 'call-1', ...times },
        deps,
      );
      opened += part.counts.opened;
      state = part.state;
      calls++;
    } while (state !== null);
    expect(calls).toBeGreaterThan(20);
    expect(opened).toBe(22);
    const items = await stack.items();
    expect(items).toHaveLength(22);
    for (const order of [5, 12]) expect(await stack.index.get(idOf(order))).toBeUndefined();
  });
});

describe('index and topic differ', () => {
  it('an envelope that a late writer brought back is erased again', async () => {
    await stack.failAll(3);
    await stack.succeed(1);
    const event = stack.failure(1);
    const { envelopeAt } = (await stack.index.get(event.id))!;
    const value = await stack.codec.encode(toEnvelope(event, CONTEXT));
    const build = () => ({
      key: Buffer.from(event.id),
      value,
      headers: [],
      partition: envelopeAt.partition,
    });
    const options = { deadlineMs: Date.now() + 10_000 };
    await stack.kafka.publisher.publish([{ topic: stack.topics.dlq, build }], options);

    expect(await stack.reindexOverHttp()).toMatchObject({ opened: 0, resolved: 0, erased: 1 });
    expect(await stack.writerRuns()).toBe(1);

    const records = await stack.records(stack.topics.dlq);
    const last = records.filter(({ key }) => String(key) === event.id).at(-1);
    expect(last?.value).toBeNull();
    expect((await stack.index.get(event.id))?.state).toBe('resolved');
    expect(await stack.reindexOverHttp()).toMatchObject({ opened: 0, resolved: 0, erased: 0 });
    expect(await stack.writerRuns()).toBe(0);
  });

  it('a tombstone ends what an older index, which was restored, takes for open', async () => {
    await stack.failAll(3);
    const older = (await stack.index.get(idOf(2)))!;
    await stack.succeed(2);
    await stack.lose(older.id);
    await stack.index.put({ ...older, revision: 1 }, 0);

    expect(await stack.reindexOverHttp()).toMatchObject({ opened: 0, resolved: 1, erased: 0 });

    const item = await stack.index.get(older.id);
    expect(item).toMatchObject({ state: 'resolved', bytesMissing: true });
    expect(item?.history.at(-1)).toMatchObject({ what: 'found-in-topic', by: 'local' });
    expect(item?.expiresAtMs).toBeGreaterThan(Date.now() + 44 * DAY_MS);
  });
});

it('groups whose counts were spoiled, or whose rows were lost, are counted anew', async () => {
  await stack.failAll(9);
  await stack.succeed(3);
  await stack.reindexOverHttp();
  const [spoiled, lost] = (await stack.groups.list(10, null)).groups;
  await stack.groups.apply({ group: spoiled!.group, counts: { open: 40, purged: 2 } });
  await stack.loseGroup(lost!.group);

  expect(await stack.reindexOverHttp()).toMatchObject({ recounted: 3, left: 0 });

  const after = (await stack.groups.list(10, null)).groups;
  const counted = Object.fromEntries(after.map(({ errorType, counts }) => [errorType, counts]));
  const none = { redriving: 0, resolved: 0, discarded: 0, purging: 0, purged: 0 };
  expect(counted).toEqual({
    ErrorA: { ...none, open: 2, resolved: 1 },
    ErrorB: { ...none, open: 3 },
    ErrorC: { ...none, open: 3 },
  });
  const again = after.find(({ group }) => group === lost!.group);
  expect(lost!.title).toMatch(/\(in charge[ABC]\)$/);
  const { counts: _, example: __, ...whole } = lost!;
  expect(again).toMatchObject(whole);
  expect((await stack.index.get(again!.example))?.arrivedAtMs).toBe(again!.firstSeenAtMs);
});

it('a cursor that is none of ours is refused, and says what to do', async () => {
  const answer = await stack.postReindex({ cursor: 'AAAA.BBBB.CCCC' });
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({
    code: 'CURSOR_INVALID',
    message: expect.stringContaining('leave it out to begin anew'),
  });
});
