import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FailedEvent } from '../../../lib/model/dead-letter.ts';
import { DLQ, intakeRecord, START_MS, startFlow } from '../../support/dead-letter-flow.ts';
import { failedEvent } from '../../support/dead-letters.ts';
import { deadLetterItem } from '../../support/dead-letter-items.ts';

/** The failure of another order. */
const eventOf = (offset: number, over: Partial<FailedEvent> = {}): FailedEvent =>
  failedEvent({
    origin: { topic: 'order-events', partition: 0, offset, timestampMs: 1 },
    record: {
      key: null,
      value: Buffer.from(JSON.stringify({ orderId: `ORDER-${offset}` })),
      headers: [],
    },
    ...over,
  });

describe('a failure that is new', () => {
  it('is in the topic, keyed by its id, and in the index, which points to it', async () => {
    const flow = startFlow();
    const event = failedEvent();
    expect(await flow.run(intakeRecord(event))).toEqual(['dead-lettered']);

    const [record] = flow.publisher.records(DLQ);
    expect(record).toMatchObject({ key: Buffer.from(event.id), headers: [] });
    expect(await flow.envelopes()).toMatchObject([
      { id: event.id, originalValue: event.record.value, originalHeaders: event.record.headers },
    ]);
    expect(flow.index.items()).toMatchObject([
      {
        id: event.id,
        state: 'open',
        revision: 1,
        retryCount: 3,
        consumerGroup: 'order-service-group',
        envelopeAt: { topic: DLQ, offset: 0 },
      },
    ]);
    expect(flow.index.items()[0]?.arrivedAtMs).toBeGreaterThanOrEqual(START_MS);
  });

  it('is told in the contract’s words, once, with the fields that find it again', async () => {
    const flow = startFlow();
    await flow.run(intakeRecord(failedEvent()));
    expect(flow.lines()).toMatchObject([
      {
        level: 'ERROR',
        message: 'Message sent to DLQ | OrderID: ORDER-1 | Error: ValueError | Retry Count: 3',
        topic: 'order-events',
        partition: 2,
        offset: 41,
        deadLetterId: failedEvent().id,
        orderId: 'ORDER-1',
        reason: 'retries-exhausted',
        attempt: 4,
      },
    ]);
    expect(flow.measures).toEqual([['DeadLettersPublished', 1, { reason: 'retries-exhausted' }]]);
  });

  it('of a record without a readable order id is told as Unknown', async () => {
    const flow = startFlow();
    const record = { key: null, value: Buffer.from([0xff]), headers: [] };
    await flow.run(intakeRecord(failedEvent({ record, attempts: 1 })));
    expect(flow.texts()).toEqual([
      'ERROR Message sent to DLQ | OrderID: Unknown | Error: ValueError | Retry Count: 0',
    ]);
  });
});

describe('a failure that is known', () => {
  it('handed over twice in a batch, or late, changes nothing more', async () => {
    const flow = startFlow();
    const event = failedEvent();
    const late = failedEvent({ attempts: 2, lastFailedAtMs: 9_999_999_999_999 });
    expect(await flow.run(intakeRecord(event), intakeRecord(event))).toEqual([
      'dead-lettered',
      'processed',
    ]);
    const items = flow.index.items();
    expect(await flow.run(intakeRecord(late))).toEqual(['processed']);
    expect(flow.index.items()).toEqual(items);
    expect(flow.publisher.records(DLQ)).toHaveLength(1);
  });

  it('and resolved stays resolved, and gets its tombstone again', async () => {
    const flow = startFlow();
    const event = failedEvent();
    const item = deadLetterItem({ id: event.id, state: 'resolved' });
    await flow.index.put(item, 0);
    expect(await flow.run(intakeRecord(event))).toEqual(['processed']);
    expect(flow.index.items()).toEqual([item]);
    expect(flow.publisher.records(DLQ)).toEqual([
      { key: Buffer.from(event.id), value: null, headers: [] },
    ]);
  });
});

describe('a batch', () => {
  it('gives one outcome for each record, in their order, over partitions', async () => {
    const flow = startFlow({ latencyMs: 10 });
    const records = Array.from({ length: 100 }, (_, at) =>
      intakeRecord(eventOf(at), { partition: at % 3 }),
    );
    const kinds = await flow.run(...records);
    expect(kinds).toEqual(records.map(() => 'dead-lettered'));
    expect(new Set(flow.index.items().map((item) => item.id)).size).toBe(100);
  });

  it('is produced together, not one round trip a record', async () => {
    const flow = startFlow({ latencyMs: 10 });
    await flow.run(...Array.from({ length: 96 }, (_, at) => intakeRecord(eventOf(at))));
    expect(flow.publisher.calls).toEqual([32, 32, 32]);
  });

  it('folds the events of one dead letter strictly in their order, however slow the first one is', async () => {
    let gets = 0;
    const flow = startFlow({
      around: (index) => ({
        ...index,
        getMany: async (ids) => {
          gets += 1;
          if (gets === 1) await flow.clock.sleep(500);
          return index.getMany(ids);
        },
      }),
    });
    const [first, second] = [failedEvent({ attempts: 4 }), failedEvent({ attempts: 1 })];
    await flow.run(intakeRecord(first), intakeRecord(second));
    expect(flow.index.items()).toMatchObject([{ failedAttempts: 4 }]);
  });

  it('folds dead letters side by side: a slow one holds up nobody', async () => {
    const slow = failedEvent();
    const flow = startFlow({
      around: (index) => ({
        ...index,
        put: async (item, expectedRevision) => {
          if (item.id === slow.id) await flow.clock.sleep(10_000);
          return index.put(item, expectedRevision);
        },
      }),
    });
    let early: readonly unknown[] = [];
    void flow.clock.sleep(1_000).then(() => (early = flow.index.items()));
    await flow.run(intakeRecord(slow), intakeRecord(eventOf(7)));
    expect(early).toHaveLength(1);
    expect(flow.index.items()).toHaveLength(2);
  });
});

describe('an intake record that is no event of ours', () => {
  it('but one of AWS’s wrappers becomes the dead letter of the record inside', async () => {
    const flow = startFlow();
    const value = readFileSync(
      new URL('../../fixtures/aws-on-failure-record.json', import.meta.url),
    );
    await flow.run(intakeRecord(failedEvent(), { key: Buffer.from('ORDER-1'), value }));
    expect(flow.index.items()).toMatchObject([
      {
        id: failedEvent().id,
        reason: 'delivery-exhausted',
        orderId: 'ORDER-1',
        retryCount: 0,
        failedAttempts: 1,
        originalTopic: 'order-events',
        originalPartition: 2,
        originalOffset: 41,
        lastFailureTimestamp: '2026-01-01T00:00:07.500Z',
      },
    ]);
    expect(await flow.envelopes()).toMatchObject([
      { originalHeaders: [{ key: 'a' }, { key: 'retry.state', value: Buffer.from('1') }] },
    ]);
  });

  it.each([null, Buffer.alloc(0), Buffer.from('{"v":2}'), Buffer.from([0xff])])(
    'and nothing known is a dead letter with its bytes: %s',
    async (value) => {
      const flow = startFlow();
      const record = intakeRecord(failedEvent(), { value, offset: 99, partition: 3 });
      expect(await flow.run(record)).toEqual(['dead-lettered']);
      expect(await flow.run(record)).toEqual(['processed']);
      expect(await flow.envelopes()).toMatchObject([
        {
          reason: 'undecodable',
          originalTopic: 'order-events-dlq-intake',
          originalPartition: 3,
          originalOffset: 99,
          originalValue: value,
          originalKey: record.key,
        },
      ]);
    },
  );
});

describe('an outage', () => {
  it('of the DLQ topic is CRITICAL once, and over when the topic is back', async () => {
    const flow = startFlow({ dlqMissing: true });
    void flow.clock.sleep(12_000).then(() => flow.publisher.createTopic(DLQ, 4));
    expect(await flow.run(intakeRecord(failedEvent()))).toEqual(['dead-lettered']);
    expect(flow.texts()).toEqual([
      'CRITICAL Failed to send order ORDER-1 to DLQ. Message will be retried.',
      'ERROR Message sent to DLQ | OrderID: ORDER-1 | Error: ValueError | Retry Count: 3',
    ]);
  });

  it('of the DLQ topic that outlasts the invocation leaves the records unsettled, in time', async () => {
    const flow = startFlow({ dlqMissing: true, timeoutMs: 25_000 });
    const records = [intakeRecord(failedEvent()), intakeRecord(eventOf(7))];
    expect(await flow.run(...records)).toEqual(['unsettled', 'unsettled']);
    expect(flow.clock.nowMs() - START_MS).toBeLessThanOrEqual(25_000);
    expect(flow.index.items()).toEqual([]);
    expect(flow.texts().filter((text) => text.startsWith('CRITICAL'))).toHaveLength(2);

    flow.publisher.createTopic(DLQ, 4);
    expect(await flow.run(...records)).toEqual(['dead-lettered', 'dead-lettered']);
  });

  it('of the index writes the envelope once at most, and the item when the index is back', async () => {
    const flow = startFlow();
    flow.index.down = true;
    void flow.clock.sleep(9_000).then(() => (flow.index.down = false));
    expect(await flow.run(intakeRecord(failedEvent()))).toEqual(['dead-lettered']);
    expect(flow.publisher.records(DLQ)).toHaveLength(1);
    expect(flow.texts()[0]).toMatch(/^CRITICAL Failed to send order ORDER-1 to DLQ/);
  });

  it('of the index between envelope and item does not write the envelope again', async () => {
    let puts = 0;
    const flow = startFlow({
      around: (index) => ({
        ...index,
        put: async (item, revision) => {
          puts += 1;
          if (puts < 4) throw new Error('no answer');
          return index.put(item, revision);
        },
      }),
    });
    expect(await flow.run(intakeRecord(failedEvent()))).toEqual(['dead-lettered']);
    expect(puts).toBe(4);
    expect(flow.publisher.records(DLQ)).toHaveLength(1);
    expect(flow.texts()).toEqual([
      'ERROR Message sent to DLQ | OrderID: ORDER-1 | Error: ValueError | Retry Count: 3',
      'ERROR Order ORDER-1 is in the DLQ topic, but not listed yet: the index did not take it. It is tried again.',
    ]);
  });

  it('of an index that hangs does not hold up the answer', async () => {
    const flow = startFlow({
      timeoutMs: 5_000,
      around: (index) => ({ ...index, getMany: () => new Promise(() => undefined) }),
    });
    expect(await flow.run(intakeRecord(failedEvent()))).toEqual(['unsettled']);
    expect(flow.clock.nowMs() - START_MS).toBe(5_000);
    expect(flow.measures).toEqual([['RecordsUnsettled', 1]]);
    // It never got as far as the topic, and nobody else has said it.
    expect(flow.texts()).toEqual([
      'CRITICAL Failed to send order ORDER-1 to DLQ. Message will be retried.',
      `ERROR Dead letter ${failedEvent().id} is not settled: its intake record stays uncommitted and comes again`,
    ]);
  });
});
