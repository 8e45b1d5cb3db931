import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRetryState } from '../../lib/codec/retry-state.ts';
import { startTestBroker, type TestBroker } from '../support/broker.ts';
import { startService, type Service } from '../support/service.ts';
import { until } from '../support/until.ts';

const FAILING = 12;

describe('retry state survives a restart of everything', () => {
  let broker: TestBroker;
  let service: Service;
  beforeAll(async () => {
    broker = await startTestBroker();
    const env = { DLQ_RETRY_BACKOFF_MS: '4000', DLQ_MAX_RETRIES: '1' };
    service = await startService({ brokers: broker.brokers, env });
  });
  afterAll(async () => {
    await service[Symbol.asyncDispose]();
    await broker[Symbol.asyncDispose]();
  });

  it('event source, functions and broker killed while records wait', async () => {
    await service.produce(...failing(service, 'WAITS'));
    const [tier] = service.config.policy.tiers;
    const waiting = await until('all in the retry topic', async () => {
      const records = await service.readTopic(tier?.topic ?? '');
      return records.length === FAILING ? records : undefined;
    });
    const firstFailures = waiting.map(({ headers }) => {
      const read = readRetryState(headers);
      return read.kind === 'valid' ? iso(read.state.firstFailedAtMs) : read.detail;
    });

    await Promise.all([service.kill(), broker.kill()]);
    await broker.restart();
    await service.start();

    const dead = await service.untilDeadLetters(FAILING);
    expect(dead.map(({ envelope }) => envelope.failedAttempts)).toEqual(waiting.map(() => 2));
    expect(dead.map(({ envelope }) => envelope.firstFailureTimestamp).toSorted()).toEqual(
      firstFailures.toSorted(),
    );
  });

  it('the broker killed while functions hand over: each record arrives, none twice in the index', async () => {
    const records = failing(service, 'HANDED-OVER');
    const good = service.order('ORDER-1');
    await service.produce(...records, good);
    await until('a first attempt', () =>
      service.logged().some(({ message }) => message?.includes('HANDED-OVER')) ? true : undefined,
    );
    await broker.kill();
    await broker.restart();

    const dead = await service.untilDeadLetters(2 * FAILING, 90_000);
    await service.untilStored(good.id);
    expect(dead).toHaveLength(2 * FAILING);
    expect(new Set(dead.map(({ envelope }) => envelope.orderId))).toEqual(
      new Set([...failing(service, 'WAITS'), ...records].map(({ id }) => id)),
    );
    await service.untilAllCommitted();
  });
});

function failing(service: Service, name: string) {
  return Array.from({ length: FAILING }, (_, index) =>
    service.order(`ORDER-TEST-FAIL-${name}-${String(index).padStart(2, '0')}`),
  );
}

const iso = (epochMs = 0) => new Date(epochMs).toISOString();
