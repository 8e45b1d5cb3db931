import { expect, it } from 'vitest';
import { startService } from '../support/service.ts';

it('while the DLQ topic is unavailable orders go on, CRITICAL is logged, and the dead letter arrives once it is back', async () => {
  await using service = await startService();
  const { dlq, intake } = service.config.topics;
  await service.deleteTopic(dlq);
  const bad = service.order('ORDER-TEST-FAIL');
  await service.produce({ ...bad, partition: 0 });
  const text = `Failed to send order ${bad.id} to DLQ. Message will be retried.`;
  const [line] = await service.untilLogged(text);
  expect(line).toMatchObject({ level: 'CRITICAL', function: 'publish-dead-letter' });

  const goods = [1, 2, 3].map((n) => service.order(`ORDER-${n}`));
  await service.produce(...goods.map((order) => ({ ...order, partition: 0 })));
  await Promise.all(goods.map(({ id }) => service.untilStored(id)));
  await service.untilAllCommitted();
  expect([...(await service.committed(intake)).values()].filter((offset) => offset > 0)).toEqual(
    [],
  );

  await service.createTopic(dlq);
  const dead = await service.untilDeadLetters(1);
  expect(dead.map(({ envelope }) => envelope.orderId)).toEqual([bad.id]);
  await service.untilLogged(
    `Message sent to DLQ | OrderID: ${bad.id} | Error: ValueError | Retry Count: 3`,
  );
  await service.untilAllCommitted(intake);
  expect(service.linesOf(text)).toHaveLength(1);
});
