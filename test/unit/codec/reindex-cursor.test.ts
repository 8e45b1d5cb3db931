import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeReindexCursor,
  encodeReindexCursor,
  REINDEX_CURSOR_CHARS_MAX,
} from '../../../lib/codec/reindex-cursor.ts';
import { COUNT_BEGINS } from '../../../lib/decide/reindex-count.ts';
import { MET_MAX } from '../../../lib/decide/reindex-pass.ts';
import type { CountState, ReindexState, TopicState } from '../../../lib/model/reindex.ts';
import { idOf } from '../../support/dead-letter-items.ts';

const TOPIC = 'order-events-dlq';
const count = fc.maxSafeNat();
const prefix = fc.nat(2 ** 31).map((high) => high * 2 ** 16 + 7);
const hex = fc.nat(1_000).map(idOf);

const topicState: fc.Arbitrary<TopicState> = fc.record({
  phase: fc.constant('topic' as const),
  partition: fc.nat(1_000),
  fromPrefix: prefix,
  toPrefix: fc.oneof(prefix, fc.constant(2 ** 48)),
  range: fc.option(fc.record({ lowOffset: count, below: count })),
  span: fc.integer({ min: 1, max: 2 ** 30 }),
  met: fc.array(fc.oneof(prefix, fc.constantFrom(0, 2 ** 48 - 1)), { maxLength: 20 }),
});

const countState: fc.Arbitrary<CountState> = fc.record({
  phase: fc.constant('count' as const),
  after: fc.option(hex),
  more: fc.boolean(),
  page: fc.array(
    fc.record({
      group: hex,
      since: count,
      counts: fc.array(count, { minLength: 6, maxLength: 6 }),
      firstMs: fc.option(fc.maxSafeInteger()),
      firstId: fc.option(hex),
      lastMs: fc.option(fc.maxSafeInteger()),
    }),
    { maxLength: 10 },
  ),
  at: fc.nat(10),
  list: fc.nat(4),
  position: fc.option(fc.record({ arrivedAtMs: count, id: hex })),
  tries: fc.nat(3),
});

const state: fc.Arbitrary<ReindexState> = fc.oneof(
  topicState,
  countState,
  fc.record({ phase: fc.constant('sweep' as const), after: fc.option(hex) }),
);

describe('a cursor', () => {
  it('brings back every state', () => {
    fc.assert(
      fc.property(state, (one) => {
        expect(decodeReindexCursor(encodeReindexCursor(one, TOPIC), TOPIC)).toEqual(one);
      }),
    );
  });

  it('is bounded, with as many ids as are ever remembered', () => {
    const largest: TopicState = {
      phase: 'topic',
      partition: 10_000,
      fromPrefix: 2 ** 48 - 1,
      toPrefix: 2 ** 48,
      range: { lowOffset: Number.MAX_SAFE_INTEGER, below: Number.MAX_SAFE_INTEGER },
      span: 2 ** 30,
      met: Array.from({ length: MET_MAX }, (_, index) => 2 ** 48 - 1 - index),
    };
    const cursor = encodeReindexCursor(largest, TOPIC);
    expect(cursor.length).toBeLessThanOrEqual(REINDEX_CURSOR_CHARS_MAX);
    expect(decodeReindexCursor(cursor, TOPIC)).toEqual(largest);
  });

  it('that lost a part of itself, is another topic’s or is none of ours is refused', () => {
    const cursor = encodeReindexCursor({ phase: 'sweep', after: idOf(1) }, TOPIC);
    const [head, met, sum] = cursor.split('.');
    for (const other of [
      '',
      '.',
      '...',
      'x',
      cursor.slice(1),
      cursor.slice(0, -1),
      `${cursor}.`,
      `${cursor}.x`,
      `${head}.AAAA.${sum}`,
      `${head}${met}.${sum}`,
      'x'.repeat(REINDEX_CURSOR_CHARS_MAX + 1),
    ]) {
      expect(decodeReindexCursor(other, TOPIC)).toEqual({ fault: expect.any(String) });
    }
    expect(decodeReindexCursor(cursor, 'other-dlq')).toEqual({
      fault: expect.stringContaining('other-dlq'),
    });
  });

  it('with a state that no reindex has is refused, whoever made it', () => {
    const made = (json: object) =>
      decodeReindexCursor(encodeReindexCursor(json as ReindexState, TOPIC), TOPIC);
    for (const json of [
      { phase: 'other' },
      { phase: 'sweep', after: 7 },
      { ...COUNT_BEGINS, after: { lastSeenAtMs: 1, group: idOf(1) } },
      { phase: 'sweep', after: null, more: 1 },
      { phase: 'topic', partition: -1, fromPrefix: 0, toPrefix: 1, range: null, span: 1, met: [] },
      { phase: 'topic', partition: 0, fromPrefix: 0, toPrefix: 1, range: null, span: 0, met: [] },
    ]) {
      expect(made(json)).toEqual({ fault: expect.any(String) });
    }
  });

  it('of any text is a state or a fault', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(decodeReindexCursor(text, TOPIC)).toHaveProperty('fault');
      }),
    );
  });
});
