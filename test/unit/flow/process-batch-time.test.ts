import { describe, expect, it } from 'vitest';
import { writeRetryState } from '../../../lib/codec/retry-state.ts';
import { createBatchJournal } from '../../../lib/flow/batch-journal.ts';
import { processBatch } from '../../../lib/flow/process-batch.ts';
import type { ConsumedRecord } from '../../../lib/model/record.ts';
import type { Business } from '../../../lib/ports/business.ts';
import type { VirtualClock } from '../../support/virtual-clock.ts';
import * as given from '../../support/builders.ts';
import { captureLog, noteMetrics } from '../../support/log-lines.ts';
import { createMemoryPublisher } from '../../support/memory-publisher.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

const TIER = 'order-events-retry-1s';

/** The flow from time 0 on, over topics in memory, with a business that does `handle`. */
function start(handle: (clock: VirtualClock) => Promise<void>) {
  const clock = createVirtualClock(0);
  const publisher = createMemoryPublisher(clock);
  const business: Business<unknown> = {
    readId: () => 'ORDER-001',
    decode: () => ({ ok: true, body: undefined }),
    handle: () => handle(clock),
  };
  const policy = given.policy();
  const { log, texts } = captureLog();
  const deps = {
    business,
    clock,
    publisher,
    policy,
    processingTimeoutMs: 500,
    concurrencyMax: 10,
    identity: { functionName: 'f', functionVersion: '1', requestId: 'r' },
    orderTopic: 'order-events',
    intakeTopic: 'order-events-dlq-intake',
    journal: createBatchJournal({ business, log, policy, metrics: noteMetrics().metrics }),
  };
  const deadlines = { latestStartMs: 30_000, handOverMs: 40_000 };
  const play = (records: readonly ConsumedRecord[]) =>
    clock.run(processBatch([{ key: 'any', records }], deadlines, deps));
  return { clock, publisher, play, texts };
}

it('retries of one key keep their order when the topic refuses the first of them for a moment', async () => {
  // They fail at 25, 50 and 75 ms, so that each has a hand-over of its own.
  const { clock, publisher, play } = start(async (clock) => {
    await clock.sleep(25);
    throw new Error('fails');
  });
  const records = ['1', '2', '3'].map((value, offset) =>
    given.record({ offset, key: given.bytes('key'), value: given.bytes(value) }),
  );
  // The first is handed over at 45 ms and tried again at 95 ms; the second is ready at 70 ms, when the topic is there.
  void clock.sleep(60).then(() => publisher.createTopic(TIER, 1));
  const outcomes = await play(records);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['retried', 'retried', 'retried']);
  const values = publisher.records(TIER).map(({ value }) => Buffer.from(value ?? []).toString());
  expect(values).toEqual(['1', '2', '3']);
});

describe('a due time', () => {
  const dueAt = (notBeforeMs: number) =>
    given.record({
      topic: TIER,
      value: given.bytes('{}'),
      headers: writeRetryState([], given.state({ attempt: 2, notBeforeMs })),
    });

  it('beyond any wait does not hold its partition up for ever: it starts, and the log says why', async () => {
    const startedAtMs: number[] = [];
    const { play, texts } = start(async (clock) => void startedAtMs.push(clock.nowMs()));
    expect(await play([dueAt(3_600_000)])).toMatchObject([{ kind: 'processed' }]);
    expect(startedAtMs).toEqual([8_000]);
    expect(texts()[0]).toBe(
      'WARN Order ORDER-001 is due 3592.0 seconds later than any wait can end: it does not wait that long. Compare the clocks of the functions.',
    );
  });

  it('that a wait can have is kept to the millisecond, and nothing is said', async () => {
    const startedAtMs: number[] = [];
    const { play, texts } = start(async (clock) => void startedAtMs.push(clock.nowMs()));
    await play([dueAt(8_000)]);
    expect(startedAtMs).toEqual([8_000]);
    expect(texts()).toEqual(['INFO Order ORDER-001 processed successfully']);
  });
});
