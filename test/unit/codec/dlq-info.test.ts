import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import {
  dlqInfoAnswer,
  retryDetail,
  type RetryDetail,
} from '../../../lib/codec/dlq-info-answer.ts';
import { toDlqInfo, toRetryDetail } from '../../../lib/codec/dlq-info.ts';
import { writeRetryState } from '../../../lib/codec/retry-state.ts';
import * as given from '../../support/builders.ts';

const STATE = given.state({
  attempt: 2,
  notBeforeMs: Date.UTC(2026, 0, 1, 0, 0, 1, 250),
  error: { type: 'ValueError', message: 'Simulated processing failure' },
  origin: { topic: 'order-events', partition: 1, offset: 17, timestampMs: 1 },
});
const RECORD = given.record({ topic: 'order-events-retry-1s', partition: 3, offset: 5 });

const detail = (over: Partial<RetryDetail> = {}): RetryDetail => ({
  ...toRetryDetail({ ...RECORD, headers: writeRetryState([], STATE) }, 'ORDER-1'),
  ...over,
});

it('shows what the state says, and where the record lies now', () => {
  expect(detail()).toEqual({
    orderId: 'ORDER-1',
    attempt: 2,
    dueAt: '2026-01-01T00:00:01.250Z',
    errorType: 'ValueError',
    errorMessage: 'Simulated processing failure',
    originalTopic: 'order-events',
    originalPartition: 1,
    originalOffset: 17,
    topic: 'order-events-retry-1s',
    partition: 3,
    offset: 5,
  });
});

it('shows a corrupt state as what it is, at once, and does not hide the record', () => {
  const record = { ...RECORD, timestampMs: Date.UTC(2026, 0, 1), headers: [] };

  const shown = toRetryDetail(record, null);

  expect(z.safeParse(retryDetail, shown).error).toBeUndefined();
  expect(shown).toMatchObject({
    orderId: null,
    attempt: null,
    dueAt: '2026-01-01T00:00:00.000Z',
    errorType: 'CorruptRetryState',
    errorMessage: expect.stringContaining('retry.state') as string,
    originalTopic: null,
    originalOffset: null,
    offset: 5,
  });
});

it.each([{ timestampMs: -1 }, { timestampMs: Number.MAX_SAFE_INTEGER }])(
  'takes a timestamp of $timestampMs, which is no date',
  ({ timestampMs }) => {
    const shown = toRetryDetail({ ...RECORD, timestampMs, headers: [] }, null);
    expect(z.safeParse(retryDetail, shown).error).toBeUndefined();
  },
);

const found = { isRunning: true, messagesInRetry: 2, details: [], missingTopics: [] };

it('lists the next due first, and what is due at once by its place', () => {
  const details = [
    detail({ dueAt: '2026-01-01T00:00:02.000Z', offset: 1 }),
    detail({ dueAt: '2026-01-01T00:00:01.000Z', partition: 1, offset: 9 }),
    detail({ dueAt: '2026-01-01T00:00:01.000Z', partition: 0, offset: 8 }),
    detail({ dueAt: '2026-01-01T00:00:01.000Z', partition: 0, offset: 7 }),
  ];

  const info = toDlqInfo(given.policy(), 'dlq', { ...found, messagesInRetry: 4, details });

  expect(info.consumerStats.retryTrackerDetails.map(({ offset }) => offset)).toEqual([7, 8, 9, 1]);
  expect(info.consumerStats).not.toHaveProperty('truncated');
  expect(info.consumerStats).not.toHaveProperty('missingTopics');
});

it.each([
  { messagesInRetry: 100, read: 100, shown: 100, truncated: undefined },
  { messagesInRetry: 101, read: 101, shown: 100, truncated: true },
  { messagesInRetry: 5000, read: 80, shown: 80, truncated: true }, // Large records: the window was full.
])('of $messagesInRetry, $read of them read, shows $shown', (given_) => {
  const { messagesInRetry, read, shown, truncated } = given_;
  const details = Array.from({ length: read }, (_, offset) => detail({ offset }));

  const info = toDlqInfo(given.policy(), 'order-events-dlq', {
    ...found,
    messagesInRetry,
    details,
  });

  expect(info.consumerStats.messagesInRetry).toBe(messagesInRetry);
  expect(info.consumerStats.retryTrackerDetails).toHaveLength(shown);
  expect(info.consumerStats.truncated).toBe(truncated);
});

it('says the policy under the names of the contract, and which topics are missing', () => {
  const info = toDlqInfo(given.policy(), 'order-events-dlq', {
    ...found,
    isRunning: false,
    missingTopics: ['order-events-retry-2s'],
  });

  expect(z.safeParse(dlqInfoAnswer, { success: true, ...info }).error).toBeUndefined();
  expect(info.dlqConfig).toEqual({
    dlqTopic: 'order-events-dlq',
    maxRetries: 3,
    initialBackoffMs: 1000,
    maxBackoffMs: 30_000,
  });
  expect(info.consumerStats).toMatchObject({
    isRunning: false,
    missingTopics: ['order-events-retry-2s'],
  });
});
