import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseIntakeEvent } from '../../../lib/codec/intake-event.ts';
import { readRetryState } from '../../../lib/codec/retry-state.ts';
import { deadLetterId } from '../../../lib/decide/dead-letter-id.ts';
import { decideRetry } from '../../../lib/decide/retry-decision.ts';
import { smallerHandOff, toRequest, type HandOff } from '../../../lib/flow/hand-over.ts';
import type { Delivery } from '../../../lib/model/delivery.ts';
import type { Failure } from '../../../lib/model/failure.ts';
import * as given from '../../support/builders.ts';

const NOW_MS = 1_000_000;
const policy = given.policy();
const identity = { functionName: 'f', functionVersion: '1', requestId: 'r' };
const settings = { policy, intakeTopic: 'order-events-dlq-intake', identity };

function handOff(over: Partial<Delivery> = {}, failed: Failure = given.failure()): HandOff {
  const delivery = given.delivery(over);
  const decision = decideRetry(failed, delivery.state.attempt, policy);
  return { delivery, failure: failed, failedAtMs: NOW_MS, decision };
}

const hostile = [
  given.header('a', '1'),
  given.header('b', null),
  given.header('a', new Uint8Array([0x80, 0xff])),
  given.header('__proto__', ''),
  given.header('retry.state', '{"attempt":9}'),
];

function intakeEventOf(failed: HandOff) {
  const { value, headers, key } = toRequest(failed, settings).build(4);
  const event = parseIntakeEvent(JSON.parse(Buffer.from(value ?? []).toString()));
  if ('unreadable' in event || event.kind !== 'failed') throw new Error(JSON.stringify(event));
  return { event, headers, key: Buffer.from(key ?? []).toString() };
}

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('a retry', () => {
  it('goes to the tier of its attempt with the next attempt, its wait and its history', () => {
    const state = given.state({ attempt: 2, firstFailedAtMs: 5 });
    const request = toRequest(handOff({ state }), settings);
    const { headers } = request.build(4);
    expect(request.topic).toBe('order-events-retry-2s');
    expect(readRetryState(headers)).toMatchObject({
      kind: 'valid',
      state: {
        attempt: 3,
        notBeforeMs: NOW_MS + 2_000,
        firstFailedAtMs: 5,
        lastFailedAtMs: NOW_MS,
        origin: state.origin,
      },
    });
  });

  it.each([
    ['null key, null value', null, null],
    ['empty key, empty value', new Uint8Array(), new Uint8Array()],
    ['arbitrary bytes', new Uint8Array([0, 255]), new Uint8Array([0xc3, 0x28])],
  ])('carries key, value and headers as they are: %s', (_name, key, value) => {
    const record = given.record({ key, value, headers: hostile });
    const built = toRequest(handOff({ record }), settings).build(4);
    expect({ key: built.key, value: built.value }).toEqual({ key, value });
    expect(built.headers.slice(0, -1)).toEqual(hostile);
    expect(readRetryState(built.headers).headers).toEqual(hostile);
  });

  it('has no plan before it was built, and afterwards the one that was written', () => {
    const request = toRequest(handOff(), settings);
    expect(request.planned()).toBeUndefined();
    const { headers, partition } = request.build(4);
    expect(request.planned()).toEqual({
      partition,
      state: readRetryState(headers).kind === 'valid' && expect.objectContaining({ attempt: 2 }),
    });
  });
});

describe('a failure for good', () => {
  it('goes to the intake as an event, keyed by its id, without headers', () => {
    const record = given.record({ topic: 'order-events-retry-4s', partition: 3, offset: 9 });
    const state = given.state({ attempt: 4, firstFailedAtMs: 5 });
    const { event, headers, key } = intakeEventOf(handOff({ record, state }));
    expect({ headers, key }).toEqual({ headers: [], key: deadLetterId(state.origin) });
    expect(event).toMatchObject({
      kind: 'failed',
      id: key,
      reason: 'retries-exhausted',
      attempts: 4,
      firstFailedAtMs: 5,
      lastFailedAtMs: NOW_MS,
      origin: state.origin,
      failedAt: { topic: 'order-events-retry-4s', partition: 3, offset: 9 },
      by: identity,
    });
  });

  it('of the first attempt was its first and last failure', () => {
    const failed: Failure = { ...given.failure(), retriable: false, reason: 'undecodable' };
    expect(intakeEventOf(handOff({}, failed)).event).toMatchObject({
      reason: 'undecodable',
      attempts: 1,
      firstFailedAtMs: NOW_MS,
      lastFailedAtMs: NOW_MS,
    });
  });

  it('carries key, value and headers as they are', () => {
    const record = given.record({ key: null, value: new Uint8Array([255]), headers: hostile });
    const failed: Failure = { ...given.failure(), retriable: false, reason: 'undecodable' };
    const { key, value, headers } = intakeEventOf(handOff({ record }, failed)).event.record;
    expect(key).toBeNull();
    expect([...(value ?? [])]).toEqual([255]);
    expect(headers.map((one) => [one.key, one.value && [...one.value]])).toEqual(
      hostile.map((one) => [one.key, one.value && [...one.value]]),
    );
  });
});

describe('what a topic refuses for its size', () => {
  const refusal = new Error('MESSAGE_TOO_LARGE');
  const smaller = (refused: HandOff, orderId?: string) => {
    const next = smallerHandOff(refused, refusal, orderId);
    if (next === undefined) throw new Error('there is nothing smaller');
    return next;
  };

  it('as a retry becomes a dead letter that says so in its causes', () => {
    const { event } = intakeEventOf(smaller(handOff()));
    expect(event).toMatchObject({
      reason: 'non-retriable',
      error: {
        type: 'ValueError',
        causes: [{ type: 'RetryRecordTooLarge', message: 'MESSAGE_TOO_LARGE' }],
      },
    });
    expect(event).not.toHaveProperty('leftOut');
  });

  it('as a dead letter becomes one without the bytes, which says what and where they are', () => {
    const origin = { topic: 'order-events', partition: 2, offset: 41, timestampMs: 1 };
    const headers = [...hostile, given.header('traceparent', TRACEPARENT)];
    const record = given.record({ value: given.bytes('Grüße'), headers });
    const state = given.state({ attempt: 4, origin });
    const refused = handOff({ record, state });
    const { event } = intakeEventOf(smaller(refused, 'ORDER-1'));
    expect(event).toEqual({
      ...intakeEventOf(refused).event,
      record: { key: null, value: null, headers: [] },
      leftOut: {
        orderId: 'ORDER-1',
        originalMessageEncoding: 'utf-8',
        valueSizeBytes: 7,
        valueSha256: createHash('sha256').update('Grüße').digest('hex'),
        traceparent: TRACEPARENT,
      },
      error: {
        ...refused.failure.error,
        causes: [
          {
            type: 'BytesLeftOut',
            message:
              "The record is too large for its dead letter: its bytes stay in order-events, partition 2, offset 41, until that topic's retention ends",
          },
        ],
      },
    });
  });

  it('keeps its last words, however many causes the error has', () => {
    const causes = Array.from({ length: 8 }, (_, at) => ({ type: `Cause${at}`, message: '' }));
    const failed = given.failure({ error: { type: 'ValueError', message: '', causes } });
    const types = intakeEventOf(smaller(handOff({}, failed))).event.error.causes;
    expect(types).toHaveLength(8);
    expect(types.at(-1)?.type).toBe('RetryRecordTooLarge');
  });

  it('without its bytes is as small as it can be', () => {
    expect(smallerHandOff(smaller(smaller(handOff())), refusal, undefined)).toBeUndefined();
  });
});
