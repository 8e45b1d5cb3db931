import { expect, it } from 'vitest';
import { createBatchJournal } from '../../../lib/flow/batch-journal.ts';
import { processBatch } from '../../../lib/flow/process-batch.ts';
import type { Business } from '../../../lib/ports/business.ts';
import * as given from '../../support/builders.ts';
import { captureLog, noteMetrics } from '../../support/log-lines.ts';
import { createMemoryPublisher } from '../../support/memory-publisher.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';

const TIER = 'order-events-retry-1s';

/** Each record fails after 25 ms: those of one key at 25, 50, … ms, so that each has a hand-over of its own. */
const failsLate = (clock: ReturnType<typeof createVirtualClock>): Business<unknown> => ({
  readId: () => undefined,
  decode: () => ({ ok: true, body: undefined }),
  handle: () => clock.sleep(25).then(() => Promise.reject(new Error('fails'))),
});

it('retries of one key keep their order when the topic refuses the first of them for a moment', async () => {
  const clock = createVirtualClock(0);
  const publisher = createMemoryPublisher(clock);
  const business = failsLate(clock);
  const records = ['1', '2', '3'].map((value, offset) =>
    given.record({ offset, key: given.bytes('key'), value: given.bytes(value) }),
  );
  // The first is handed over at 45 ms and tried again at 95 ms; the second is ready at 70 ms, when the topic is there.
  void clock.sleep(60).then(() => publisher.createTopic(TIER, 1));
  const outcomes = processBatch(
    [{ key: 'order-events-0', records }],
    { latestStartMs: 1_000, handOverMs: 2_000 },
    {
      business,
      clock,
      publisher,
      policy: given.policy(),
      processingTimeoutMs: 500,
      concurrencyMax: 10,
      identity: { functionName: 'f', functionVersion: '1', requestId: 'r' },
      orderTopic: 'order-events',
      intakeTopic: 'order-events-dlq-intake',
      journal: createBatchJournal({
        business,
        log: captureLog().log,
        policy: given.policy(),
        metrics: noteMetrics().metrics,
      }),
    },
  );
  expect((await clock.run(outcomes)).map(({ kind }) => kind)).toEqual(records.map(() => 'retried'));
  const values = publisher.records(TIER).map(({ value }) => Buffer.from(value ?? []).toString());
  expect(values).toEqual(['1', '2', '3']);
});
