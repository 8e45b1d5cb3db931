import { afterAll, afterEach, beforeAll, expect, inject, it, vi } from 'vitest';
import { ensureTopics } from '../../localstack/topics.ts';
import { createApi, ownConfig } from '../support/api.ts';
import { startMskApi, type MskApi } from '../support/msk-api.ts';
import { startService } from '../support/service.ts';

const ARN = 'arn:aws:kafka:us-east-1:000000000000:cluster/orders/0f0f-1';
const REFUSED = { status: 403, error: 'AccessDeniedException', message: 'not allowed' } as const;

let msk: MskApi;
beforeAll(async () => {
  msk = await startMskApi();
});
afterAll(() => msk[Symbol.asyncDispose]());
afterEach(() => vi.unstubAllEnvs());

const named = () => ({ brokers: { BootstrapBrokerString: inject('kafkaBrokers') } });

it('while AWS does not name the brokers nothing is settled or lost, and a record that failed goes its way once it does', async () => {
  msk.answer(REFUSED);
  const byArnAlone = { KAFKA_BROKERS: '', MSK_CLUSTER_ARN: ARN };
  await using service = await startService({
    env: { ...byArnAlone, AWS_ENDPOINT_URL_KAFKA: msk.url },
  });
  const bad = service.order('ORDER-TEST-FAIL');
  const good = service.order('ORDER-1');
  await service.produce({ ...bad, partition: 0 }, { ...good, partition: 1 });

  const [line] = await service.untilLogged(
    `Failed to send order ${bad.id} to ${service.config.topics.order}-retry-200ms. Message will be retried.`,
  );
  expect(line?.['cause']).toContain(
    `AWS did not name the brokers of ${ARN} (AccessDeniedException: not allowed): give the function’s role kafka:GetBootstrapBrokers on this ARN`,
  );
  await service.untilStored(good.id);
  expect((await service.committed()).get(0) ?? 0).toBeLessThanOrEqual(0);
  expect(await service.envelopes()).toEqual([]);

  msk.answer(named());
  const [dead] = await service.untilDeadLetters(1);
  expect(dead?.envelope).toMatchObject({ orderId: bad.id, totalAttempts: 4 });
  await service.untilAllCommitted();
});

it('while AWS does not name the brokers an order is answered with 503, and with 202 once it does', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL_KAFKA', msk.url);
  msk.answer(REFUSED);
  const config = { ...ownConfig(), brokers: [], clusterArn: ARN };
  await ensureTopics(inject('kafkaBrokers'), config);
  const api = createApi(config);

  expect(await api.createOrder({ numItems: 1 })).toMatchObject({
    status: 503,
    body: { success: false, code: 'PUBLISH_NOT_ACKNOWLEDGED' },
  });
  expect(await api.info()).toMatchObject({
    status: 503,
    body: {
      code: 'KAFKA_UNAVAILABLE',
      message: expect.stringContaining('kafka:GetBootstrapBrokers') as unknown,
    },
  });

  msk.answer(named());
  expect((await api.createOrder({ numItems: 1 })).status).toBe(202);
  expect((await api.info()).status).toBe(200);
});
