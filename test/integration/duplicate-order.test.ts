import { expect, it } from 'vitest';
import { startService } from '../support/service.ts';

it('a second record with an order id is a dead letter at once that names the first; the same bytes again are a success', async () => {
  await using service = await startService();
  const first = service.order('ORDER-1');
  const [place] = await service.produce(first);
  const stored = await service.untilStored(first.id);
  await service.produce(first, service.order('ORDER-1', { customerId: 'CUSTOMER-2' }));

  const [dead] = await service.untilDeadLetters(1);
  await service.untilLogged(`Order ${first.id} processed successfully`, 2);
  const { topics } = service.config;
  expect(dead?.envelope).toMatchObject({
    reason: 'non-retriable',
    errorType: 'DuplicateOrderError',
    failedAttempts: 1,
    retryCount: 0,
  });
  expect(dead?.envelope.errorMessage).toContain(
    `${topics.order}-${place?.partition} offset ${place?.offset}`,
  );
  expect(await service.storedOrder(first.id)).toEqual(stored);
  expect(await service.envelopes()).toHaveLength(1);
});
