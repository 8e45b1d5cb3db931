import { describe, expect, it } from 'vitest';
import { decideRetry } from '../../../lib/decide/retry-decision.ts';
import { createBatchJournal } from '../../../lib/flow/batch-journal.ts';
import type { HandOff } from '../../../lib/flow/hand-over.ts';
import type { Delivery } from '../../../lib/model/delivery.ts';
import type { Failure } from '../../../lib/model/failure.ts';
import { readOrderId } from '../../../lib/orders/order-event.ts';
import * as given from '../../support/builders.ts';
import { captureLog, noteMetrics } from '../../support/log-lines.ts';

const policy = given.policy();
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

function start() {
  const captured = captureLog();
  const { metrics, measures } = noteMetrics();
  const deps = { business: { readId: readOrderId }, log: captured.log, metrics, policy };
  return { ...captured, measures, journal: createBatchJournal(deps) };
}

const order = (orderId: string, over: Partial<Delivery> = {}) =>
  given.delivery({
    record: given.record({ value: given.bytes(JSON.stringify(given.orderEvent({ orderId }))) }),
    ...over,
  });

function handOff(delivery: Delivery, failed: Failure = given.failure()): HandOff {
  const decision = decideRetry(failed, delivery.state.attempt, policy);
  return { delivery, failure: failed, failedAtMs: 1_000, decision };
}

const planned = (notBeforeMs: number) => ({
  partition: 0,
  state: { ...given.state(), notBeforeMs },
});
const unreadable = given.delivery({ record: given.record({ value: given.bytes('no order') }) });

describe('log texts, word for word as the contract has them', () => {
  it('the business processed it', () => {
    const { journal, texts } = start();
    journal.processed(order('ORDER-001'));
    expect(texts()).toEqual(['INFO Order ORDER-001 processed successfully']);
  });

  it.each([
    [1, 3_000, 'WARN Will retry order ORDER-001 in 2.0 seconds (retry 1/3)'],
    [3, 5_849, 'WARN Will retry order ORDER-001 in 4.8 seconds (retry 3/3)'],
  ])('retry after attempt %i, with the real wait', (attempt, notBeforeMs, text) => {
    const { journal, texts } = start();
    const delivery = order('ORDER-001', { state: given.state({ attempt }) });
    journal.handedOver(handOff(delivery), planned(notBeforeMs));
    expect(texts()).toEqual([text]);
  });

  it('retries exhausted', () => {
    const { journal, texts } = start();
    journal.failed(handOff(order('ORDER-001', { state: given.state({ attempt: 4 }) })));
    expect(texts()).toEqual([
      'ERROR Max retries (3) exceeded for order ORDER-001. Sending to DLQ...',
    ]);
  });

  it('the DLQ cannot be reached', () => {
    const { journal, texts } = start();
    const dead = handOff(order('ORDER-001', { state: given.state({ attempt: 4 }) }));
    journal.notHandedOver(dead, new Error('no leader'));
    expect(texts()).toEqual([
      'CRITICAL Failed to send order ORDER-001 to DLQ. Message will be retried.',
    ]);
  });

  it('Unknown stands where there is no readable order id', () => {
    const { journal, texts } = start();
    journal.handedOver(handOff(unreadable), planned(2_000));
    journal.processed(unreadable);
    expect(texts()).toEqual([
      'WARN Will retry order Unknown in 1.0 seconds (retry 1/3)',
      'INFO Order Unknown processed successfully',
    ]);
  });
});

describe('the other lines', () => {
  it('a failure that is retried is told once, when it was handed over', () => {
    const { journal, texts } = start();
    journal.failed(handOff(order('ORDER-001')));
    expect(texts()).toEqual([]);
  });

  it('a failure that no retry heals says why', () => {
    const { journal, lines } = start();
    const failed: Failure = { ...given.failure(), retriable: false, reason: 'undecodable' };
    journal.failed(handOff(unreadable, failed));
    expect(lines()).toMatchObject([
      {
        level: 'ERROR',
        message: 'Order Unknown cannot be healed by a retry (undecodable). Sending to DLQ...',
        reason: 'undecodable',
      },
    ]);
  });

  it('a retry topic that cannot be reached is an error, not critical', () => {
    const { journal, texts } = start();
    journal.notHandedOver(handOff(order('ORDER-001')), new Error('no leader'));
    expect(texts()).toEqual([
      'ERROR Failed to send order ORDER-001 to order-events-retry-1s. Message will be retried.',
    ]);
  });

  it('an outcome that cannot be written says of which redrive', () => {
    const { journal, lines, measures } = start();
    const redrive = { id: 'redrive-1', count: 1 };
    const delivery = order('ORDER-001', { state: given.state({ redrive }) });
    const outcome = { delivery, redrive, processedAtMs: 1_000 };
    journal.processed(delivery);
    journal.notHandedOver(outcome, new Error('no leader'));
    journal.unsettled(outcome, new Error('no leader'));
    const all = lines();
    expect(all.map(({ level, message, cause }) => [level, message, cause])).toEqual([
      ['INFO', 'Order ORDER-001 processed successfully', undefined],
      [
        'ERROR',
        'The outcome of redriven order ORDER-001 is not written: the intake topic did not take it. It is tried again.',
        'no leader',
      ],
      [
        'ERROR',
        'The outcome of redriven order ORDER-001 could not be written before the deadline: its record stays uncommitted and comes again',
        'no leader',
      ],
    ]);
    expect(all.map(({ redriveId }) => redriveId)).toEqual(all.map(() => 'redrive-1'));
    expect(measures).toEqual([
      ['RecordsProcessed', 1],
      ['RecordsUnsettled', 1],
    ]);
  });

  it('every line says which record, which attempt, which dead letter and which trace', () => {
    const { journal, lines } = start();
    const value = given.bytes(JSON.stringify(given.orderEvent({ orderId: 'ORDER-001' })));
    const headers = [given.header('traceparent', TRACEPARENT)];
    const record = given.record({ value, headers, topic: 'order-events-retry-1s', partition: 2 });
    const delivery = given.delivery({ record, state: given.state({ attempt: 2 }) });
    journal.processed(delivery);
    journal.failed({
      ...handOff(delivery),
      decision: { kind: 'dead-letter', reason: 'non-retriable' },
    });
    journal.notHandedOver(handOff(delivery), new Error('x'));
    journal.handedOver(handOff(delivery), planned(2_000));
    journal.unsettled(handOff(delivery), new Error('x'));
    const all = lines();
    expect(all).toHaveLength(5);
    for (const line of all) {
      expect(line).toMatchObject({
        orderId: 'ORDER-001',
        topic: 'order-events-retry-1s',
        partition: 2,
        offset: 0,
        attempt: 2,
        attemptsMax: 4,
        originTopic: 'order-events',
        trace_id: '0af7651916cd43dd8448eb211c80319c',
      });
      expect(line['deadLetterId']).toMatch(/^[0-9a-f]{32}$/);
    }
  });
});

describe('metrics', () => {
  it('counts by tier and by reason, and measures how late a retry starts', () => {
    const { journal, measures } = start();
    const retry = order('ORDER-001', {
      record: given.record({ topic: 'order-events-retry-1s' }),
      state: given.state({ attempt: 2, notBeforeMs: 900 }),
    });
    const dead = handOff(order('ORDER-001', { state: given.state({ attempt: 4 }) }));
    journal.started(order('ORDER-001'), 1_000);
    journal.started(retry, 1_000);
    journal.processed(retry);
    journal.handedOver(handOff(order('ORDER-001')), planned(2_000));
    journal.handedOver(dead, undefined);
    journal.unsettled(dead, undefined);
    journal.notStarted(retry);
    expect(measures).toEqual([
      ['RetryLateness', 100, { tier: 'order-events-retry-1s' }],
      ['RecordsProcessed', 1],
      ['RecordsRetried', 1, { tier: 'order-events-retry-1s' }],
      ['RecordsDeadLettered', 1, { reason: 'retries-exhausted' }],
      ['RecordsUnsettled', 1],
      ['RecordsUnsettled', 1],
    ]);
  });
});
