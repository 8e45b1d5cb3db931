import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeRetryState } from '../../lib/codec/retry-state.ts';
import { header, state } from '../support/builders.ts';
import { startService, type Service } from '../support/service.ts';

const DRAINED_MS = 700;

describe('attempts are counted by our own state alone', () => {
  let service: Service;
  let tier: string;
  beforeAll(async () => {
    const env = { DLQ_MAX_RETRIES: '1', DLQ_DRAIN_DELAYS_MS: String(DRAINED_MS) };
    service = await startService({ env });
    tier = service.config.policy.tiers[0]?.topic ?? '';
  });
  afterAll(() => service[Symbol.asyncDispose]());

  const deadLetterOf = async (orderId: string) => {
    await service.untilLogged(
      `Order ${orderId} cannot be healed by a retry (corrupt-retry-state). Sending to DLQ...`,
    );
    for (let count = 1; ; count++) {
      const dead = await service.untilDeadLetters(count);
      const found = dead.find(({ envelope }) => envelope.orderId === orderId);
      if (found !== undefined) return found.envelope;
    }
  };

  it.each([
    ['no state', []],
    ['a state that is no JSON', [header('retry.state', 'nonsense')]],
    ['a state without value', [header('retry.state', null)]],
    ['a state of another version', [header('retry.state', '{"v":2,"attempt":1}')]],
  ])(
    '%s on a retry topic is dead-lettered as corrupt, never attempt 1 again',
    async (name, headers) => {
      const order = service.order(`ORDER-${name.replaceAll(' ', '-')}`);
      const [place] = await service.produceTo(tier, { ...order, headers, partition: 1 });
      expect(await deadLetterOf(order.id)).toMatchObject({
        reason: 'corrupt-retry-state',
        originalTopic: tier,
        originalPartition: 1,
        originalOffset: place?.offset,
        failedAttempts: 1,
        consumerGroup: service.config.consumerGroup,
      });
      expect(await service.storedOrder(order.id)).toBeUndefined();
    },
  );

  it('a state forged on the order topic gains and skips nothing', async () => {
    const before = (await service.envelopes()).length;
    const forged = [1, 2, 9].map((attempt) => {
      const headers = writeRetryState([], state({ attempt, notBeforeMs: Date.now() + 600_000 }));
      return { ...service.order(`ORDER-TEST-FAIL-${attempt}`), headers };
    });
    await service.produce(...forged);
    const dead = await service.untilDeadLetters(before + forged.length);
    const envelopes = dead
      .map(({ envelope }) => envelope)
      .filter(({ orderId }) => forged.some(({ id }) => id === orderId));
    expect(envelopes.map(({ failedAttempts }) => failedAttempts)).toEqual([2, 2, 2]);
    for (const { originalTopic, originalHeaders, orderId } of envelopes) {
      expect(originalTopic).toBe(service.config.topics.order);
      const own = forged.find(({ id }) => id === orderId);
      expect(originalHeaders.map(({ key }) => key)).toEqual(own?.headers.map(({ key }) => key));
    }
  });

  it('an attempt beyond a lowered policy is processed, and dead-lettered if it fails', async () => {
    const before = (await service.envelopes()).length;
    const headers = writeRetryState([], state({ attempt: 9 }));
    const good = service.order('ORDER-BEYOND');
    const origin = state({ attempt: 9, origin: { ...state().origin, offset: 77 } });
    const bad = {
      ...service.order('ORDER-TEST-FAIL-BEYOND'),
      headers: writeRetryState([], origin),
    };
    await service.produceTo(tier, { ...good, headers }, bad);
    await service.untilStored(good.id);
    const dead = await service.untilDeadLetters(before + 1);
    const found = dead.find(({ envelope }) => envelope.orderId === bad.id);
    expect(found?.envelope).toMatchObject({ failedAttempts: 9, reason: 'retries-exhausted' });
  });

  it('a tier that left the policy is read until it is drained', async () => {
    const drained = `${service.config.topics.order}-retry-${DRAINED_MS}ms`;
    const order = service.order('ORDER-DRAINED');
    const headers = writeRetryState([], state({ attempt: 2 }));
    await service.produceTo(drained, { ...order, headers });
    expect(await service.untilStored(order.id)).toMatchObject({ orderId: order.id });
  });
});
