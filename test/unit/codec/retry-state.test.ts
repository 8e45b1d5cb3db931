import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRetryState, writeRetryState } from '../../../lib/codec/retry-state.ts';
import { RETRY_STATE_BYTES_MAX } from '../../../lib/model/retry.ts';
import { headers, retryState } from '../../support/arbitraries.ts';
import * as given from '../../support/builders.ts';

const GOLDEN =
  '{"v":1,"attempt":2,"notBeforeMs":2000,"firstFailedAtMs":1000,"lastFailedAtMs":1000,' +
  '"error":{"type":"ValueError","message":"no"},' +
  '"origin":{"topic":"order-events","partition":1,"offset":42,"timestampMs":900}}';

const valid = JSON.parse(GOLDEN) as Record<string, unknown>;
const { v: _v, ...validState } = valid;

describe('retry.state', () => {
  it('is written as the golden text, behind the record’s own headers', () => {
    const own = [given.header('retry.state', 'mine'), given.header('a', null)];
    const written = writeRetryState(own, validState as never);
    expect(written.slice(0, 2)).toEqual(own);
    expect(Buffer.from(written[2]?.value ?? []).toString()).toBe(GOLDEN);
  });

  it('round trip: the state comes back, and the record’s own headers as they were', () => {
    fc.assert(
      fc.property(headers, retryState, (own, state) => {
        const read = readRetryState(writeRetryState(own, state));
        expect(read).toEqual({ kind: 'valid', state, headers: own });
      }),
    );
  });

  it('is missing where no header has the name', () => {
    const read = readRetryState([given.header('a', 'b')]);
    expect(read).toMatchObject({ kind: 'missing', headers: [given.header('a', 'b')] });
  });

  const change = (over: Record<string, unknown>) => JSON.stringify({ ...valid, ...over });
  it.each([
    ['no value', null],
    ['empty', ''],
    ['no JSON', '{'],
    ['no UTF-8', Uint8Array.of(0xff, 0xfe)],
    ['a number', '7'],
    ['another version', change({ v: 2 })],
    ['no version', change({ v: undefined })],
    ['attempt 0', change({ attempt: 0 })],
    ['a fraction of an attempt', change({ attempt: 1.5 })],
    ['attempt as text', change({ attempt: '1' })],
    ['a negative time', change({ notBeforeMs: -1 })],
    ['no origin', change({ origin: undefined })],
    ['an origin without offset', change({ origin: { topic: 't', partition: 0, timestampMs: 0 } })],
    ['an unknown field', change({ extra: 1 })],
    ['a redrive without id', change({ redrive: { count: 1 } })],
    ['too long', change({ error: { type: 'x', message: 'y'.repeat(RETRY_STATE_BYTES_MAX) } })],
  ])('%s is invalid, never "attempt 1 again"', (_name, value) => {
    const read = readRetryState([given.header('a', 'b'), given.header('retry.state', value)]);
    expect(read).toMatchObject({ kind: 'invalid', headers: [given.header('a', 'b')] });
  });

  it('the last header of the name is ours, an earlier one is the record’s own', () => {
    const read = readRetryState([
      given.header('retry.state', GOLDEN),
      given.header('retry.state', 'x'),
    ]);
    expect(read.kind).toBe('invalid');
    expect(read.headers).toEqual([given.header('retry.state', GOLDEN)]);
  });

  it('reads anything without a throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(given.bytes)), (value) => {
        const { kind } = readRetryState([given.header('retry.state', value)]);
        expect(['valid', 'invalid']).toContain(kind);
      }),
    );
  });
});
