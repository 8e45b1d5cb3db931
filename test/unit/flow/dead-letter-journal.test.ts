import { expect, it } from 'vitest';
import type { FailedEvent } from '../../../lib/model/dead-letter.ts';
import { header } from '../../support/builders.ts';
import { intakeRecord, startFlow } from '../../support/dead-letter-flow.ts';
import { failedEvent } from '../../support/dead-letters.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const { key, value } = failedEvent().record;

const whole = failedEvent({
  record: { key, value, headers: [header('traceparent', TRACEPARENT)] },
});
const withoutBytes = failedEvent({
  record: { key: null, value: null, headers: [] },
  leftOut: {
    orderId: 'ORDER-1',
    originalMessageEncoding: 'utf-8',
    valueSizeBytes: 9_000_000,
    valueSha256: 'ab',
    traceparent: TRACEPARENT,
  },
});

it.each<[string, FailedEvent]>([
  ['with its record’s bytes', whole],
  ['without its record’s bytes', withoutBytes],
])('every line about a dead letter %s has its trace', async (_name, event) => {
  const flow = startFlow({ dlqMissing: true });
  void flow.clock.sleep(12_000).then(() => flow.publisher.createTopic('order-events-dlq', 4));
  await flow.run(intakeRecord(event));
  const about = { orderId: 'ORDER-1', traceparent: TRACEPARENT };
  expect(flow.lines()).toMatchObject([
    { ...about, level: 'CRITICAL' },
    { ...about, level: 'ERROR' },
  ]);
});

it('one that is not settled is told with its order, its trace, and both places', async () => {
  const flow = startFlow({
    timeoutMs: 5_000,
    around: (index) => ({ ...index, getMany: () => new Promise(() => undefined) }),
  });
  await flow.run(intakeRecord(whole, { partition: 3, offset: 7 }));
  expect(flow.lines().at(-1)).toMatchObject({
    message: `Dead letter ${whole.id} is not settled: its intake record stays uncommitted and comes again`,
    orderId: 'ORDER-1',
    traceparent: TRACEPARENT,
    deadLetterId: whole.id,
    topic: 'order-events',
    partition: 2,
    offset: 41,
    intakeTopic: 'order-events-dlq-intake',
    intakePartition: 3,
    intakeOffset: 7,
  });
});
