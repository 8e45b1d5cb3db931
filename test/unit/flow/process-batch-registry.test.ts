import { expect, it } from 'vitest';
import { createBatchJournal } from '../../../lib/flow/batch-journal.ts';
import { processBatch } from '../../../lib/flow/process-batch.ts';
import { AppError } from '../../../lib/model/errors.ts';
import type { Business } from '../../../lib/ports/business.ts';
import * as given from '../../support/builders.ts';
import { captureLog, noteMetrics } from '../../support/log-lines.ts';
import { createMemoryPublisher } from '../../support/memory-publisher.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

const LATEST_START_MS = 30_000;
const WAITS = 'ERROR A record waits for its schema: no attempt is spent on it';

/** A business that reads `avro` only once the registry is back, at `backAtMs`. */
function start(backAtMs: number) {
  const clock = createVirtualClock(0);
  const publisher = createMemoryPublisher(clock);
  const handled: string[] = [];
  const business: Business<unknown> = {
    readId: (value) => value?.toString(),
    prepare: async (value) => {
      if (value.toString() === 'avro' && clock.nowMs() < backAtMs) {
        throw new AppError('REGISTRY_UNAVAILABLE', 'no registry');
      }
    },
    decode: (value) => ({ ok: true, body: value.toString() }),
    handle: async ({ body }, { attempt }) => void handled.push(`${String(body)} ${attempt}`),
  };
  const policy = given.policy();
  const { log, texts } = captureLog();
  const deps = {
    business,
    clock,
    publisher,
    policy,
    processingTimeoutMs: 5_000,
    concurrencyMax: 10,
    identity: { functionName: 'f', functionVersion: '1', requestId: 'r' },
    orderTopic: 'order-events',
    intakeTopic: 'order-events-dlq-intake',
    journal: createBatchJournal({ business, log, policy, metrics: noteMetrics().metrics }),
  };
  const records = ['avro', 'json'].map((text, offset) =>
    given.record({ offset, key: given.bytes(text), value: given.bytes(text) }),
  );
  const run = async () => {
    const deadlines = { latestStartMs: LATEST_START_MS, handOverMs: 40_000 };
    const outcomes = await clock.run(processBatch([{ key: 'any', records }], deadlines, deps));
    const byOffset = outcomes.toSorted((a, b) => a.offset - b.offset);
    return byOffset.map(({ kind }) => kind);
  };
  return { run, handled, texts, clock };
}

it('while the registry is away a record waits, spends no attempt, and holds up no other', async () => {
  const { run, handled, texts } = start(20_000);
  expect(await run()).toEqual(['processed', 'processed']);
  expect(handled).toEqual(['json 1', 'avro 1']);
  expect(texts().filter((text) => text.startsWith('ERROR'))).toEqual([WAITS]);
});

it('a record whose schema does not come in time is unsettled, and nothing is written of it', async () => {
  const { run, handled, texts, clock } = start(Infinity);
  expect(await run()).toEqual(['unsettled', 'processed']);
  expect(handled).toEqual(['json 1']);
  expect(clock.nowMs()).toBe(LATEST_START_MS);
  expect(texts().filter((text) => text.startsWith('ERROR'))).toEqual([
    WAITS,
    'ERROR The schema of a record did not come before the deadline: it stays uncommitted and comes again',
  ]);
});
