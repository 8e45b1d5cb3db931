import { expect, it } from 'vitest';
import { groupOf } from '../../lib/config.ts';
import { startService, type Service } from '../support/service.ts';
import { until } from '../support/until.ts';

it('the same record delivered twice has one effect and one dead letter', async () => {
  await using service = await startService({ env: { DLQ_MAX_RETRIES: '1' } });
  const good = service.order('ORDER-1');
  const bad = service.order('ORDER-TEST-FAIL');
  const noOrder = { key: Buffer.from('k'), value: Buffer.from('no order') };
  await service.produce(good, bad, noOrder);
  const stored = await service.untilStored(good.id);
  const first = await service.untilDeadLetters(2);
  await service.untilAllCommitted();

  await rewind(service);
  await service.untilLogged(`Order ${good.id} processed successfully`, 2);
  await service.untilAllCommitted();
  // The second round of each has come to its end when the intake holds and has settled four events.
  await until('the second round in the intake', async () => {
    const events = await service.readTopic(service.config.topics.intake);
    return events.length >= 4 ? true : undefined;
  });
  await service.untilAllCommitted(service.config.topics.intake);

  expect(await service.storedOrder(good.id)).toEqual(stored);
  expect(await service.envelopes()).toHaveLength(2);
  const second = await service.untilDeadLetters(2);
  expect(second.map(({ item }) => item)).toEqual(first.map(({ item }) => item));
  expect(second.map(({ item }) => item.revision)).toEqual([1, 1]);
});

/** Everything on the order topic comes again. */
async function rewind(service: Service): Promise<void> {
  const topic = service.config.topics.order;
  await service.stop();
  await service.client.admin.resetOffsets({
    groupId: groupOf(topic, service.config),
    topic,
    earliest: true,
  });
  await service.start();
}
