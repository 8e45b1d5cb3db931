import { expect, it } from 'vitest';
import { instruct } from '../support/second-business.ts';
import { startService } from '../support/service.ts';

const TAKES_MS = 900;
const SIDE_BY_SIDE = 2;

// No record is started in the last 5,000 + 1,500 of 8,000 ms: one of 900 ms is started at 0 and at 900, never at 1,800.
const ENV = {
  FUNCTION_TIMEOUT_MS: '8000',
  PROCESSING_TIMEOUT_MS: '1500',
  PROCESSING_CONCURRENCY: String(SIDE_BY_SIDE),
  DLQ_MAX_RETRIES: '0',
  POWERTOOLS_LOG_LEVEL: 'DEBUG',
};
const STARTED_MAX = 2 * SIDE_BY_SIDE;

/** More than one invocation ends in its time, however it goes about it: the last two would end after 8,100 ms. */
const COUNT = 18;

it('a function stops starting records before its deadline: what it did not start comes again, and nothing is done twice', async () => {
  await using service = await startService({ business: 'second', env: ENV });
  const ids = Array.from({ length: COUNT }, (_, at) => `slow-${at}`);
  await service.produce(
    ...ids.map((id) => ({ ...instruct({ id, takesMs: TAKES_MS }), partition: 0 })),
  );
  await service.untilLogged('handler ends', COUNT);
  await service.untilAllCommitted();

  // An invocation that ran into its timeout would have been killed, and its whole batch would have come again.
  const started = service.linesOf('handler starts').map(({ id }) => String(id));
  expect(started.toSorted()).toEqual(ids.toSorted());
  const processed = service
    .logged()
    .filter(({ message }) => String(message).endsWith('processed successfully'));
  const byInvocation = Map.groupBy(processed, ({ requestId }) => requestId);
  for (const lines of byInvocation.values()) expect(lines.length).toBeLessThanOrEqual(STARTED_MAX);
  expect(byInvocation.size).toBeGreaterThanOrEqual(COUNT / STARTED_MAX);

  const left = service.linesOf('Not started before the deadline: it comes again');
  expect(left.length).toBeGreaterThan(0);
  for (const { orderId } of left) expect(ids).toContain(orderId);
  expect(await service.envelopes()).toEqual([]);
});
