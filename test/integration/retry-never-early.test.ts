import { describe, expect, it } from 'vitest';
import { readRetryState } from '../../lib/codec/retry-state.ts';
import { instruct } from '../support/second-business.ts';
import { startService, type Service } from '../support/service.ts';

const MESSAGES = 40;
/** Longer than a record needs to reach its function: so that it is there, and waits. */
const WAIT_MS = 2_500;

describe('a retry is never early', () => {
  it.each([0, 0.5])('with a jitter of %d', async (jitter) => {
    const env = {
      DLQ_RETRY_BACKOFF_MS: String(WAIT_MS),
      DLQ_RETRY_JITTER: String(jitter),
      DLQ_MAX_RETRIES: '1',
    };
    await using service = await startService({ business: 'second', env });
    const ids = Array.from({ length: MESSAGES }, (_, index) => `message-${index}`);
    await service.produce(...ids.map((id) => instruct({ id, throws: 'error' })));
    await service.untilDeadLetters(MESSAGES);

    const startedAtMs = await startsOf(service, 2 * MESSAGES);
    const promises = await promisesOf(service);
    expect(promises).toHaveLength(MESSAGES);
    for (const { id, attempt, delayMs, failedAtMs, notBeforeMs } of promises) {
      expect(startedAtMs.get(`${id} ${attempt}`)).toBeGreaterThanOrEqual(notBeforeMs);
      expect(notBeforeMs - failedAtMs).toBeGreaterThanOrEqual(delayMs);
      expect(notBeforeMs - failedAtMs).toBeLessThanOrEqual(Math.ceil(delayMs * (1 + jitter)));
    }
  });
});

/** When the handler started, by message and attempt. */
async function startsOf(service: Service, count: number): Promise<ReadonlyMap<string, number>> {
  const lines = await service.untilLogged('handler starts', count);
  return new Map(
    lines.map(({ id, attempt, atMs }) => [`${String(id)} ${String(attempt)}`, Number(atMs)]),
  );
}

/** What the records in the retry topics promise. */
async function promisesOf(service: Service) {
  const tiers = service.config.policy.tiers.map(async ({ topic, delayMs }) => {
    const records = await service.readTopic(topic);
    return records.map((record) => {
      const read = readRetryState(record.headers);
      if (read.kind !== 'valid') throw new Error(read.detail);
      const { attempt, notBeforeMs = 0, lastFailedAtMs: failedAtMs = 0 } = read.state;
      const { id } = JSON.parse(Buffer.from(record.value ?? []).toString()) as { id: string };
      return { id, attempt, delayMs, failedAtMs, notBeforeMs };
    });
  });
  return (await Promise.all(tiers)).flat();
}
