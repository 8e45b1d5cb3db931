import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeRetryState } from '../../lib/codec/retry-state.ts';
import { claim, discard } from '../../lib/decide/life.ts';
import type { DeadLetterItem } from '../../lib/model/dead-letter.ts';
import { startService, type Service } from '../support/service.ts';
import type { FoundDeadLetter } from '../support/stores.ts';
import { until } from '../support/until.ts';

const STALE_AFTER_MS = 900_000;

let service: Service;
let healing: FoundDeadLetter;
let failing: FoundDeadLetter;

beforeAll(async () => {
  service = await startService();
  const heals = service.order('ORDER-TEST-HEALS-1');
  const fails = service.order('ORDER-TEST-FAIL');
  await service.produce(heals, fails);
  const found = await service.untilDeadLetters(2);
  healing = found.find(({ item }) => item.orderId === heals.id)!;
  failing = found.find(({ item }) => item.orderId === fails.id)!;
});
afterAll(() => service[Symbol.asyncDispose]());

const change = (jobId: string) => ({ atMs: Date.now(), by: 'test', jobId, reason: 'mended' });
const present = async ({ item }: FoundDeadLetter) => (await service.deadLetters.get(item.id))!;

/** As an operator's job does it: the claim, on condition of the revision seen. */
async function claimFor(jobId: string, dead: FoundDeadLetter): Promise<void> {
  const item = await present(dead);
  const claimed = claim(item, change(jobId), STALE_AFTER_MS)!;
  expect(await service.deadLetters.put(claimed, item.revision)).toBe(true);
}

/** Writes the original to the redrive topic, under the name of a redrive. */
async function publishFor(jobId: string, { envelope }: FoundDeadLetter): Promise<void> {
  const { originalTopic: topic, originalPartition: partition, originalOffset: offset } = envelope;
  const origin = { topic, partition, offset, timestampMs: envelope.originalTimestamp };
  const state = { attempt: 1, origin, redrive: { id: jobId, count: 1 } };
  await service.produceTo(service.config.topics.redrive, {
    key: envelope.originalKey,
    value: envelope.originalValue,
    headers: writeRetryState(envelope.originalHeaders, state),
  });
}

const untilIn = (state: DeadLetterItem['state'], dead: FoundDeadLetter) =>
  until(`dead letter ${dead.item.id} ${state}`, async () => {
    const item = await present(dead);
    return item.state === state ? item : undefined;
  });

/** What the DLQ topic holds of it: partition, and whether it is a tombstone. */
async function recordsOf({ item }: FoundDeadLetter) {
  const records = await service.readTopic(service.config.topics.dlq);
  return records
    .filter(({ key }) => Buffer.from(key ?? '').toString() === item.id)
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ partition, value }) => ({ partition, isTombstone: value === null }));
}

/** Waits until nothing is under way any more: what was redriven has its outcome, and the writer has folded it. */
async function untilFolded(): Promise<void> {
  const { topics, policy } = service.config;
  const way = [topics.redrive, ...policy.tiers.map(({ topic }) => topic), topics.intake];
  for (const topic of way) await service.untilAllCommitted(topic);
}

it('one that fails again under its redrive is open again, in its place, with its history', async () => {
  const before = failing.item;
  await claimFor('redrive-1', failing);
  expect(await present(failing)).toMatchObject({ state: 'redriving', redriveCount: 1 });
  await publishFor('redrive-1', failing);
  const again = await untilIn('open', failing);
  expect(again).toMatchObject({
    revision: 3,
    redriveCount: 1,
    totalAttempts: 8,
    failedAttempts: 4,
    arrivedAtMs: before.arrivedAtMs,
    firstFailureTimestamp: before.firstFailureTimestamp,
    redrive: { id: 'redrive-1', outcome: 'failed' },
  });
  expect(again.history.map(({ what }) => what)).toEqual(['failed', 'claimed', 'failed-again']);
  expect(again.lastFailureTimestamp > before.lastFailureTimestamp).toBe(true);
  const { partition } = before.envelopeAt;
  const envelope = { partition, isTombstone: false };
  expect(await recordsOf(failing)).toEqual([envelope, envelope]);
});

it('the late failure of another redrive changes nothing', async () => {
  await claimFor('redrive-2', failing);
  const [claimed, records] = [await present(failing), await recordsOf(failing)];
  await publishFor('redrive-1', failing);
  await untilFolded();
  expect(await present(failing)).toEqual(claimed);
  expect(await recordsOf(failing)).toEqual(records);
});

it('one that is processed is resolved, and the last record of its key is a tombstone, where its envelope lay', async () => {
  await claimFor('redrive-1', healing);
  await publishFor('redrive-1', healing);
  const resolved = await untilIn('resolved', healing);
  expect(resolved).toMatchObject({
    revision: 3,
    totalAttempts: 5,
    redrive: { id: 'redrive-1', outcome: 'resolved' },
  });
  expect(resolved.expiresAtMs).toBeGreaterThan(Date.now() + 44 * 86_400_000);
  const { partition } = healing.item.envelopeAt;
  expect(await recordsOf(healing)).toEqual([
    { partition, isTombstone: false },
    { partition, isTombstone: true },
  ]);

  // Whatever comes later leaves it so.
  await publishFor('redrive-1', healing);
  await untilFolded();
  expect(await present(healing)).toEqual(resolved);
  expect((await recordsOf(healing)).at(-1)).toEqual({ partition, isTombstone: true });
});

it('a success resolves one that was discarded meanwhile', async () => {
  const order = service.order('ORDER-TEST-HEALS-1-LATE');
  await service.produce(order);
  const found = await service.untilDeadLetters(3);
  const dead = found.find(({ item }) => item.orderId === order.id)!;
  const discarded = discard(dead.item, change('discard-1'))!;
  expect(await service.deadLetters.put(discarded, dead.item.revision)).toBe(true);
  await publishFor('redrive-0', dead);
  expect(await untilIn('resolved', dead)).toMatchObject({ revision: 3 });
  expect((await recordsOf(dead)).at(-1)).toMatchObject({ isTombstone: true });
});
