import { DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import * as z from 'zod/mini';
import { reindexAnswer } from '../../lib/codec/reindex-answer.ts';
import { deadLetterId } from '../../lib/decide/dead-letter-id.ts';
import { isFinal } from '../../lib/decide/life.ts';
import { createGroupStore } from '../../lib/effect/dynamodb/group-store.ts';
import {
  DEAD_LETTER_STATES,
  type DeadLetterItem,
  type DeadLetterState,
} from '../../lib/model/dead-letter.ts';
import type { GroupStore } from '../../lib/ports/group-store.ts';
import { createApi, type Api } from '../support/api.ts';
import { OPERATED } from '../support/operator.ts';
import { redrivesOf, type Redrives } from '../support/redrives.ts';
import { startService, type Produced, type Service } from '../support/service.ts';
import { loaderOf, ownTable, testClient } from '../support/test-tables.ts';

/** Small ones: a call does one step, and a partition has many windows. */
const PARTS = {
  workMs: 0,
  bounds: { windowRecordsMax: 20, metMax: 20, pageItems: 100, pageGroups: 3 },
};
const TRAFFIC_EVERY_MS = 100;

let service: Service;
let redrives: Redrives;
let api: Api;
let client: DynamoDBClient;
let groups: GroupStore;
beforeAll(async () => {
  const groupsTable = await ownTable('groupsTable');
  service = await startService({
    env: {
      ...OPERATED,
      // What others have in the tables of the run is nobody's model.
      DEAD_LETTERS_TABLE: await ownTable('deadLettersTable'),
      DEAD_LETTER_GROUPS_TABLE: groupsTable,
    },
  });
  redrives = redrivesOf(service);
  api = createApi(service.config, inject('dynamodbEndpoint'), PARTS);
  client = testClient();
  groups = createGroupStore({ table: groupsTable, load: loaderOf(client) });
});
afterAll(async () => {
  client.destroy();
  await service[Symbol.asyncDispose]();
});

/** What is to have become of a dead letter in the end. */
interface Expected {
  readonly state: DeadLetterState;
  readonly redriven: number;
  readonly isForgotten?: boolean;
}
const OPEN: Expected = { state: 'open', redriven: 0 };

/** What was done, and what must come of it: by id. */
const model = new Map<string, Expected>();
let made = 0;

/** Records that fail for good; each is open in the model. @returns their ids */
async function fail(count: number, kind: 'HEALS-1' | 'FAIL' | 'junk'): Promise<string[]> {
  const records = Array.from({ length: count }, (): Produced => {
    const name = `${kind}-${(made += 1)}`;
    if (kind !== 'junk') return service.order(`ORDER-TEST-${name}`);
    return { key: Buffer.from(name), value: Buffer.from(`no order ${name}`) };
  });
  const places = await service.produce(...records);
  const { order: topic } = service.config.topics;
  const ids = await Promise.all(
    places.map(async ({ partition, offset }) => {
      const window = { recordsMax: 1, bytesMax: 10_000, deadlineMs: Date.now() + 10_000 };
      const [record] = await service.client.reader.read(topic, partition, offset, window);
      if (record === undefined) throw new Error('what was produced is not there');
      return deadLetterId(record);
    }),
  );
  for (const id of ids) model.set(id, OPEN);
  return ids;
}

function expectOf(ids: readonly string[], expected: Expected): void {
  for (const id of ids) model.set(id, expected);
}

/** As if an older table had been restored. */
async function lose(ids: readonly string[]): Promise<void> {
  const { deadLettersTable: TableName } = service.config;
  for (const id of ids) {
    await client.send(new DeleteItemCommand({ TableName, Key: { id: { S: id } } }));
  }
}

const total = { calls: 0, read: 0, opened: 0, resolved: 0, erased: 0, left: 0 };

/** One call. @returns the cursor; null: nothing is left */
async function call(cursor: string | null): Promise<string | null> {
  const { status, body } = await api.reindex(cursor);
  expect({ status, body }).toMatchObject({ status: 200 });
  const { cursor: next, ...counts } = z.parse(reindexAnswer, body);
  total.calls += 1;
  for (const name of ['read', 'opened', 'resolved', 'erased', 'left'] as const) {
    total[name] += counts[name];
  }
  return next;
}

/** @param from where it goes on; null: at the beginning */
async function reindex(from: string | null = null): Promise<void> {
  let cursor = await call(from);
  while (cursor !== null) cursor = await call(cursor);
}

/** All items of the index, by id. */
async function indexed(): Promise<ReadonlyMap<string, DeadLetterItem>> {
  const items = new Map<string, DeadLetterItem>();
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<Service['deadLetters']['sweep']>> =
      await service.deadLetters.sweep(200, after);
    const found = await service.deadLetters.getMany(page.items.map(({ id }) => id).slice(0, 100));
    const more = await service.deadLetters.getMany(page.items.map(({ id }) => id).slice(100));
    for (const item of [...found, ...more]) items.set(item.id, item);
    after = page.next;
  } while (after !== null);
  return items;
}

it('a reindex, over and over while orders fail, are redriven, discarded, restored and purged, changes nothing that is right and mends what is lost', async () => {
  const early = await fail(20, 'HEALS-1');
  const healing = await fail(40, 'HEALS-1');
  const failing = await fail(60, 'FAIL');
  await fail(20, 'junk');
  await redrives.untilOpen(model.size);
  const { topics } = service.config;
  const first = await redrives.startIds('redrive', early, { canary: 20 });
  expect(await redrives.untilOver(first)).toMatchObject({
    state: 'done',
    progress: { resolved: 20, skipped: {} },
  });
  expectOf(early, { state: 'resolved', redriven: 1 });
  await service.untilAllCommitted(topics.intake);
  // The index forgets some that have ended, and some that have not.
  const forgotten = early.slice(0, 10);
  await lose([...forgotten, ...failing.slice(50)]);
  expectOf(forgotten, { state: 'resolved', redriven: 1, isForgotten: true });

  let isOver = false;
  const traffic = async () => {
    for (let turn = 0; !isOver; turn++) {
      await fail(2, 'FAIL');
      if (turn % 3 === 0) await fail(1, 'junk');
      if (turn % 3 === 1) await fail(1, 'HEALS-1');
      await sleep(TRAFFIC_EVERY_MS);
    }
  };
  const operators = async () => {
    const again = failing.slice(0, 10);
    const fails = { canary: 10, stopAtFailureRatio: 1 };
    const jobs = [
      await redrives.startIds('redrive', healing, { canary: 5, ratePerSecond: 10 }),
      await redrives.startIds('redrive', again, fails),
    ];
    const discarded = failing.slice(10, 40);
    await redrives.untilOver(await redrives.startIds('discard', discarded));
    expect(service.killFunctions()).toBeGreaterThan(0);
    const restored = failing.slice(10, 20);
    await redrives.untilOver(await redrives.startIds('restore', restored));
    const purged = failing.slice(20, 30);
    await redrives.untilOver(await redrives.startIds('purge', purged));
    expectOf(healing, { state: 'resolved', redriven: 1 });
    expectOf(again, { state: 'open', redriven: 1 });
    expectOf(discarded, { state: 'discarded', redriven: 0 });
    expectOf(restored, OPEN);
    expectOf(purged, { state: 'purged', redriven: 0 });
    return Promise.all(jobs.map((job) => redrives.untilOver(job)));
  };
  /** One that somebody breaks off in the middle, and goes on with when others are through. */
  const reindexers = async () => {
    let cut = null;
    for (let calls = 0; calls < 10; calls++) cut = await call(cut);
    expect(cut).not.toBeNull();
    do {
      await Promise.all([reindex(), reindex()]);
    } while (!isOver);
    await reindex(cut);
  };
  const working = [traffic(), reindexers()];
  const jobs = await operators().finally(() => {
    isOver = true;
  });
  await Promise.all(working);
  for (const topic of [topics.order, topics.redrive, topics.intake]) {
    await service.untilAllCommitted(topic);
  }
  await reindex();
  await service.untilAllCommitted(topics.intake);
  const before = { ...total };
  await reindex();
  // What was right before is right now.
  const { opened, resolved, erased, left } = before;
  expect(total).toMatchObject({ opened, resolved, erased, left });
  expect(opened).toBeGreaterThanOrEqual(10);

  const items = await indexed();
  const expected = [...model].filter(([, { isForgotten }]) => isForgotten !== true);
  const facts = (all: Iterable<readonly [string, Expected]>) =>
    [...all].map(([id, { state, redriven }]) => `${id} ${state} ${redriven}`).toSorted();
  expect(
    facts([...items].map(([id, { state, redriveCount: redriven }]) => [id, { state, redriven }])),
  ).toEqual(facts(expected));

  const tombstones = await redrives.tombstones();
  expect([...tombstones.keys()].toSorted()).toEqual([...model.keys()].toSorted());
  expect([...model].filter(([id, { state }]) => tombstones.get(id) !== isFinal(state))).toEqual([]);

  // Whoever comes out of the topic comes first: nothing that was there was taken for lost.
  const found = [...items.values()].filter(({ history }) =>
    history.slice(1).some(({ what, to }) => what === 'found-in-topic' && to === 'open'),
  );
  expect(found).toEqual([]);

  expect(jobs).toMatchObject([
    { state: 'done', progress: { sent: 40, resolved: 40, failedAgain: 0, stale: 0, skipped: {} } },
    { state: 'done', progress: { sent: 10, resolved: 0, failedAgain: 10, stale: 0, skipped: {} } },
  ]);
  const [heals] = jobs;
  for (const id of healing) {
    expect(items.get(id)?.redrive).toMatchObject({ id: heals?.id, outcome: 'resolved' });
  }

  const counted = (await groups.list(100, null)).groups;
  const none = Object.fromEntries(DEAD_LETTER_STATES.map((state) => [state, 0]));
  const exact = new Map<string, Record<string, number>>();
  for (const { group, state } of items.values()) {
    const counts = exact.get(group) ?? { ...none };
    counts[state] = (counts[state] ?? 0) + 1;
    exact.set(group, counts);
  }
  expect(exact.size).toBe(3);
  expect(new Map(counted.map(({ group, counts }) => [group, counts]))).toEqual(exact);
}, 180_000);
