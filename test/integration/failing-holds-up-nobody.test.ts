import { expect, it } from 'vitest';
import { startService } from '../support/service.ts';

const WAIT_MS = 4_000;

it('a failing record holds up nobody: those behind it go on while it waits', async () => {
  const env = { DLQ_RETRY_BACKOFF_MS: String(WAIT_MS), DLQ_MAX_RETRIES: '1' };
  await using service = await startService({ env });
  // The first order pays for the cold start.
  const first = service.order('ORDER-0');
  await service.produce(first);
  await service.untilStored(first.id);
  const bad = service.order('ORDER-TEST-FAIL');
  const behind = [1, 2, 3].map((n) => service.order(`ORDER-${n}`));
  // One behind it has its very key.
  const keys = [bad.key, ...behind.slice(1).map(({ key }) => key)];
  const records = behind.map((order, index) => ({ ...order, key: keys[index] ?? null }));
  await service.produce(...[bad, ...records].map((record) => ({ ...record, partition: 0 })));

  await Promise.all(behind.map(({ id }) => service.untilStored(id)));
  await service.untilAllCommitted();
  const [dead] = await service.untilDeadLetters(1);

  const processedAtMs = behind.map(({ id }) => {
    const [line] = service.linesOf(`Order ${id} processed successfully`);
    return Date.parse(String(line?.['timestamp']));
  });
  // None waited for a failed one's turn: not even the one with its key.
  expect(Math.max(...processedAtMs) - Math.min(...processedAtMs)).toBeLessThan(WAIT_MS / 2);
  const secondAttemptAtMs = Date.parse(dead?.envelope.lastFailureTimestamp ?? '');
  expect(Math.max(...processedAtMs)).toBeLessThan(secondAttemptAtMs);
  expect(dead?.envelope).toMatchObject({ orderId: bad.id, failedAttempts: 2 });
});
