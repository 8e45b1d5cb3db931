import { describe, expect, it } from 'vitest';
import { deadLetterId } from '../../../lib/decide/dead-letter-id.ts';
import { toUndeliveredEvent, toUnreadableEvent } from '../../../lib/decide/intake-failure.ts';
import type { AwsWrapper } from '../../../lib/model/aws-wrapper.ts';
import * as given from '../../support/builders.ts';

const NOW_MS = 1_700_000_100_000;
const BY = { functionName: 'process-orders', functionVersion: '3', requestId: 'request-1' };

function wrapper(over: Partial<AwsWrapper> = {}): AwsWrapper {
  return {
    condition: 'RetryAttemptsExhausted',
    givenUpAtMs: 1_700_000_050_000,
    invocationsAbout: 10,
    functionError: 'Unhandled',
    by: BY,
    record: given.record(),
    ...over,
  };
}

describe('a record that AWS gave up', () => {
  it('from the order topic failed at its first attempt', () => {
    const { key, value, headers, ...place } = given.record({ partition: 2, offset: 41 });
    const origin = { ...place };
    const delivery = given.delivery({
      record: given.record({ partition: 2, offset: 41 }),
      state: given.state({ origin }),
    });
    expect(toUndeliveredEvent(wrapper(), delivery, NOW_MS)).toEqual({
      kind: 'failed',
      id: deadLetterId(origin),
      reason: 'delivery-exhausted',
      attempts: 1,
      firstFailedAtMs: 1_700_000_050_000,
      lastFailedAtMs: 1_700_000_050_000,
      origin,
      failedAt: { topic: 'order-events', partition: 2, offset: 41 },
      error: {
        type: 'RetryAttemptsExhausted',
        message:
          'AWS Lambda gave the record up: RetryAttemptsExhausted, the function failed with "Unhandled" in about 10 invocations; the log of request request-1 has the cause',
        causes: [],
      },
      by: BY,
      record: { key, value, headers },
    });
  });

  it('from a retry topic keeps the origin, the attempt and the error of its state', () => {
    const state = given.state({
      attempt: 3,
      firstFailedAtMs: 1_700_000_000_500,
      error: { type: 'ValueError', message: 'before' },
      redrive: { id: 'redrive-1', count: 2 },
    });
    const record = given.record({ topic: 'order-events-retry-2s', offset: 9 });
    const event = toUndeliveredEvent(wrapper(), given.delivery({ record, state }), NOW_MS);
    expect(event).toMatchObject({
      id: deadLetterId(state.origin),
      origin: state.origin,
      attempts: 3,
      firstFailedAtMs: 1_700_000_000_500,
      lastFailedAtMs: 1_700_000_050_000,
      failedAt: { topic: 'order-events-retry-2s', offset: 9 },
      error: { causes: [{ type: 'ValueError', message: 'before' }] },
      redrive: { id: 'redrive-1', count: 2 },
    });
  });

  it('from a retry topic without valid state has a corrupt one, and AWS’s reason as its cause', () => {
    const delivery = given.delivery({ corruptState: 'no retry.state header' });
    expect(toUndeliveredEvent(wrapper(), delivery, NOW_MS)).toMatchObject({
      reason: 'corrupt-retry-state',
      attempts: 1,
      error: {
        type: 'CorruptRetryStateError',
        message: 'no retry.state header',
        causes: [{ type: 'RetryAttemptsExhausted' }],
      },
    });
  });

  it('that grew too old is told by that name, with what it failed of before', () => {
    const old = wrapper({ condition: 'RecordAgeExceeded' });
    expect(toUndeliveredEvent(old, given.delivery(), NOW_MS)).toMatchObject({
      reason: 'delivery-exhausted',
      error: {
        type: 'RecordAgeExceeded',
        message: expect.stringContaining('in about 10 invocations; the log of request request-1'),
      },
    });
  });

  it('without ever being delivered says so', () => {
    const never = wrapper({
      condition: 'MaximumPayloadSizeExceeded',
      functionError: undefined,
      givenUpAtMs: undefined,
    });
    expect(toUndeliveredEvent(never, given.delivery(), NOW_MS)).toMatchObject({
      lastFailedAtMs: NOW_MS,
      error: {
        type: 'MaximumPayloadSizeExceeded',
        message:
          'AWS Lambda gave the record up: MaximumPayloadSizeExceeded, the function was not invoked',
      },
    });
  });
});

it('an intake record that nobody can read is a dead letter of its own, with its bytes', () => {
  const record = given.record({
    topic: 'order-events-dlq-intake',
    partition: 1,
    offset: 5,
    timestampMs: 77,
    value: given.bytes('{'),
    headers: [given.header('h', null)],
  });
  const event = toUnreadableEvent(record, 'is no UTF-8 JSON', BY, NOW_MS);
  const origin = { topic: 'order-events-dlq-intake', partition: 1, offset: 5, timestampMs: 77 };
  expect(event).toEqual({
    kind: 'failed',
    id: deadLetterId(origin),
    reason: 'undecodable',
    attempts: 1,
    firstFailedAtMs: NOW_MS,
    lastFailedAtMs: NOW_MS,
    origin,
    failedAt: { topic: 'order-events-dlq-intake', partition: 1, offset: 5 },
    error: {
      type: 'UnreadableIntakeRecord',
      message: expect.stringContaining('is no UTF-8 JSON'),
      causes: [],
    },
    by: BY,
    record: { key: record.key, value: record.value, headers: record.headers },
  });
});
