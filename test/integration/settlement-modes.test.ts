import { describe, expect, it } from 'vitest';
import { startService, type Service } from '../support/service.ts';

// Of twelve seconds one is kept for the answer: a hand-off that is not acknowledged is given up after eleven.
const ENV = { FUNCTION_TIMEOUT_MS: '12000', BATCH_SIZE_MAX: '3', PROCESSING_TIMEOUT_MS: '2000' };

/** A batch of three whose middle one cannot be handed on, until it has been given up once. */
async function giveUpOnce(service: Service, comesAgain?: 'before' | 'behind') {
  const [tier] = service.config.policy.tiers;
  const topic = tier?.topic ?? '';
  await service.deleteTopic(topic);
  const [before, bad, behind] = [
    service.order('ORDER-1'),
    service.order('ORDER-TEST-FAIL'),
    service.order('ORDER-2'),
  ];
  const batch = [before, bad, behind].map((order) => ({ ...order, partition: 0 }));
  const [, place] = await service.produce(...batch);
  await service.untilLogged(
    `Order ${bad.id} could not be handed on before the deadline: it stays uncommitted and comes again`,
  );
  await service.untilLogged(
    `Failed to send order ${bad.id} to ${topic}. Message will be retried.`,
    2,
  );
  const committed = (await service.committed()).get(0) ?? 0;
  const processed = (order: { id: string }) => `Order ${order.id} processed successfully`;
  const timesProcessed = (order: { id: string }) => service.linesOf(processed(order)).length;
  // Beside the one that fails again: nothing says which of them is logged first.
  if (comesAgain) await service.untilLogged(processed({ before, behind }[comesAgain]), 2);
  const answer = {
    isHeldBack: committed <= (place?.offset ?? -1),
    goods: [timesProcessed(before), timesProcessed(behind)],
  };
  await service.createTopic(topic);
  const dead = await service.untilDeadLetters(1);
  await service.untilAllCommitted();
  const stored = await Promise.all([before, behind].map(({ id }) => service.storedOrder(id)));
  return { ...answer, dead: dead.map(({ envelope }) => envelope.orderId), bad: bad.id, stored };
}

describe('an unsettled record, and only what the mapping makes of it, comes again', () => {
  it.concurrent('with partial responses it alone', async () => {
    await using service = await startService({ mode: 'partial', env: ENV });
    // Where AWS counts from the lowest offset, what lies behind it comes along, and finds itself stored.
    const isAlone = service.redelivery === 'exact-items';
    const { isHeldBack, goods, dead, bad, stored } = await giveUpOnce(
      service,
      isAlone ? undefined : 'behind',
    );
    expect(isHeldBack).toBe(true);
    expect(goods.map((times) => Math.min(times, 2))).toEqual([1, isAlone ? 1 : 2]);
    expect(dead).toEqual([bad]);
    expect(stored).not.toContain(undefined);
  });

  it.concurrent('with a thrown error its whole batch, without a second effect', async () => {
    await using service = await startService({ mode: 'throw', env: ENV });
    const { isHeldBack, goods, dead, bad, stored } = await giveUpOnce(service, 'before');
    expect(isHeldBack).toBe(true);
    expect(Math.max(...goods)).toBeGreaterThan(1);
    expect(dead).toEqual([bad]);
    expect(stored).not.toContain(undefined);
  });
});
