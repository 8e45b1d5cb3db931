import { DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import * as z from 'zod/mini';
import { reindexAnswer } from '../../lib/codec/reindex-answer.ts';
import { deadLetterId } from '../../lib/decide/dead-letter-id.ts';
import { toEnvelope } from '../../lib/decide/envelope.ts';
import { claim, discard } from '../../lib/decide/life.ts';
import { createGroupStore } from '../../lib/effect/dynamodb/group-store.ts';
import { systemClock } from '../../lib/effect/system-clock.ts';
import { reindex } from '../../lib/flow/reindex.ts';
import { httpHandler } from '../../lib/lambda/http-handler.ts';
import type { DeadLetterItem, FailedEvent } from '../../lib/model/dead-letter.ts';
import type { ReindexState } from '../../lib/model/reindex.ts';
import type { GroupStore } from '../../lib/ports/group-store.ts';
import { wireReindex } from '../../lib/wire-reindex.ts';
import { LOCAL_AWS } from '../../localstack/dynamodb-tables.ts';
import { failedEvent } from '../support/dead-letters.ts';
import { startDeadLetterStack, type DeadLetterStack } from '../support/dead-letter-stack.ts';
import { call } from '../support/http-events.ts';
import { captureLog } from '../support/log-lines.ts';
import { loaderOf, testClient } from '../support/test-tables.ts';

const CONTEXT = { orderId: 'ORDER-1', consumerGroup: 'order-service-group' };
const DAY_MS = 86_400_000;

let client: DynamoDBClient;
beforeAll(() => {
  client = testClient();
  // The SDK reads them by itself, when it is first used.
  Object.assign(process.env, LOCAL_AWS, {
    AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodbEndpoint'),
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
});
afterAll(() => client.destroy());

let stack: DeadLetterStack;
let groups: GroupStore;
let handler: unknown;
/** Places of the intake that the writer has taken. */
let taken: ReadonlySet<string>;
beforeEach(async () => {
  stack = await startDeadLetterStack({
    brokers: inject('kafkaBrokers'),
    schemaRegistryUrl: inject('schemaRegistryUrl'),
    dynamodbEndpoint: inject('dynamodbEndpoint'),
  });
  const { table, topics } = stack.place;
  taken = new Set();
  groups = createGroupStore({ table: `${table}-groups`, load: loaderOf(client) });
  handler = httpHandler(
    wireReindex({
      KAFKA_BROKERS: inject('kafkaBrokers'),
      SCHEMA_REGISTRY_URL: inject('schemaRegistryUrl'),
      KAFKA_ORDER_TOPIC: topics.order,
      KAFKA_DLQ_TOPIC: topics.dlq,
      DEAD_LETTERS_TABLE: table,
      DEAD_LETTER_GROUPS_TABLE: `${table}-groups`,
    }),
  );
  return () => stack.close();
});

/** The failure of an order of its own, of one of three causes. */
function failure(order: number): FailedEvent {
  const origin = { topic: stack.topics.order, partition: 0, offset: order, timestampMs: 1 };
  const value = Buffer.from(JSON.stringify({ orderId: `ORDER-${order}` }));
  return failedEvent({
    origin,
    id: deadLetterId(origin),
    record: { key: null, value, headers: [] },
    error: { type: `Error${'ABC'[order % 3]}`, message: 'no', causes: [] },
  });
}

const idOf = (order: number) => failure(order).id;

async function failAll(count: number): Promise<void> {
  const orders = Array.from({ length: count }, (_, order) => order);
  await Promise.all(orders.map((order) => stack.handEvent(failure(order))));
  await writerRuns();
}

async function succeed(order: number): Promise<void> {
  const { id, origin, by } = failure(order);
  const redrive = { id: 'redrive-1', count: 1 };
  const processedAtMs = Date.now();
  await stack.handEvent({ kind: 'processed', id, origin, redrive, attempts: 1, processedAtMs, by });
  await writerRuns();
}

/** The writer takes what is new on the intake. @returns how many events that were */
async function writerRuns(): Promise<number> {
  const records = await stack.records(stack.topics.intake);
  const placeOf = ({ partition, offset }: (typeof records)[number]) => `${partition}@${offset}`;
  const fresh = records.filter((record) => !taken.has(placeOf(record)));
  taken = new Set(records.map(placeOf));
  if (fresh.length > 0) await stack.publish(fresh);
  return fresh.length;
}

async function lose(...ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await client.send(
      new DeleteItemCommand({ TableName: stack.place.table, Key: { id: { S: id } } }),
    );
  }
}

/** An operator's change. */
async function change(
  order: number,
  make: (item: DeadLetterItem) => DeadLetterItem | undefined,
): Promise<void> {
  const item = await stack.index.get(idOf(order));
  const next = item && make(item);
  if (next) expect(await stack.index.put(next, next.revision - 1)).toBe(true);
}

/** Over HTTP, until nothing is left. */
async function reindexOverHttp() {
  const sum: Record<string, number> = {};
  let cursor: string | null | undefined;
  do {
    const body = JSON.stringify(cursor ? { cursor } : {});
    const answer = await call(handler, { method: 'POST', path: '/api/dlq/reindex', body });
    expect(answer).toMatchObject({ status: 200 });
    const { success: _, cursor: next, ...counts } = z.parse(reindexAnswer, answer.body);
    cursor = next;
    for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
  } while (cursor !== null);
  return sum;
}

const by = { by: 'alice', jobId: 'job-1', reason: 'known' };

describe('the index is lost', () => {
  it('and all that is in the topic comes back as open, with its exact bytes; what has ended does not', async () => {
    await failAll(12);
    await succeed(0);
    await change(1, (item) => discard(item, { ...by, atMs: Date.now() }));
    await change(2, (item) => claim(item, { ...by, atMs: Date.now() }, 60_000));
    const before = await stack.index.getMany(Array.from({ length: 12 }, (_, order) => idOf(order)));
    await lose(...before.map(({ id }) => id));

    expect(await reindexOverHttp()).toMatchObject({ read: 12, opened: 11, resolved: 0, erased: 0 });

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
    const found = await groups.list(10, null);
    const open = Object.fromEntries(
      found.groups.map(({ errorType, counts }) => [errorType, counts.open]),
    );
    expect(open).toEqual({ ErrorA: 3, ErrorB: 4, ErrorC: 4 });
    expect(await reindexOverHttp()).toMatchObject({ opened: 0, resolved: 0, erased: 0, left: 0 });
  });

  it('and it comes back in many parts as well, over windows, passes and pages', async () => {
    await failAll(30);
    for (const order of [5, 6, 7, 8, 9, 10, 11, 12]) await succeed(order);
    await lose(...Array.from({ length: 30 }, (_, order) => idOf(order)));
    const deps = {
      index: stack.index,
      groups,
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
        { state, by: 'alice', ...times },
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
    await failAll(3);
    await succeed(1);
    const event = failure(1);
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

    expect(await reindexOverHttp()).toMatchObject({ opened: 0, resolved: 0, erased: 1 });
    expect(await writerRuns()).toBe(1);

    const records = await stack.records(stack.topics.dlq);
    const last = records.filter(({ key }) => String(key) === event.id).at(-1);
    expect(last?.value).toBeNull();
    expect((await stack.index.get(event.id))?.state).toBe('resolved');
    expect(await reindexOverHttp()).toMatchObject({ opened: 0, resolved: 0, erased: 0 });
    expect(await writerRuns()).toBe(0);
  });

  it('a tombstone ends what an older index, which was restored, takes for open', async () => {
    await failAll(3);
    const older = (await stack.index.get(idOf(2)))!;
    await succeed(2);
    await lose(older.id);
    await stack.index.put({ ...older, revision: 1 }, 0);

    expect(await reindexOverHttp()).toMatchObject({ opened: 0, resolved: 1, erased: 0 });

    const item = await stack.index.get(older.id);
    expect(item).toMatchObject({ state: 'resolved', bytesMissing: true });
    expect(item?.history.at(-1)).toMatchObject({ what: 'found-in-topic', by: 'local' });
    expect(item?.expiresAtMs).toBeGreaterThan(Date.now() + 44 * DAY_MS);
  });
});

it('groups whose counts were spoiled, or whose rows were lost, are counted anew', async () => {
  await failAll(9);
  await succeed(3);
  await reindexOverHttp();
  const [spoiled, lost] = (await groups.list(10, null)).groups;
  await groups.apply({ group: spoiled!.group, counts: { open: 40, purged: 2 } });
  await client.send(
    new DeleteItemCommand({
      TableName: `${stack.place.table}-groups`,
      Key: { group: { S: lost!.group } },
    }),
  );

  expect(await reindexOverHttp()).toMatchObject({ recounted: 3, left: 0 });

  const after = (await groups.list(10, null)).groups;
  const counted = Object.fromEntries(after.map(({ errorType, counts }) => [errorType, counts]));
  const none = { redriving: 0, resolved: 0, discarded: 0, purging: 0, purged: 0 };
  expect(counted).toEqual({
    ErrorA: { ...none, open: 2, resolved: 1 },
    ErrorB: { ...none, open: 3 },
    ErrorC: { ...none, open: 3 },
  });
  const again = after.find(({ group }) => group === lost!.group);
  expect(again).toMatchObject({
    title: lost!.title,
    firstSeenAtMs: lost!.firstSeenAtMs,
    lastSeenAtMs: lost!.lastSeenAtMs,
  });
});

it('a cursor that is none of ours is refused, and says what to do', async () => {
  const body = JSON.stringify({ cursor: 'AAAA.BBBB.CCCC' });
  const answer = await call(handler, { method: 'POST', path: '/api/dlq/reindex', body });
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({
    code: 'CURSOR_INVALID',
    message: expect.stringContaining('leave it out to begin anew'),
  });
});
