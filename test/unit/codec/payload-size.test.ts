import { describe, expect, it } from 'vitest';
import { fitsInvocation } from '../../../lib/codec/payload-size.ts';
import type { RecordContent } from '../../../lib/model/record.ts';
import { RETRY_STATE_BYTES_MAX } from '../../../lib/model/retry.ts';
import { recordJson } from '../../../plugins/event-source-mapping/local/event.ts';
import * as given from '../../support/builders.ts';

/** Lambda takes 6 MB; what stands around the records of an event takes its share of it. */
const PAYLOAD_BYTES_MAX = 6_000_000;
const AROUND_BYTES = 10_000;

const bytes = (size: number, byte: number) => Buffer.alloc(size, byte);
const withHeaders = (headers: RecordContent['headers']) => given.record({ headers });

/** A record of a shape, by its size. */
const SHAPES: readonly (readonly [string, (size: number) => RecordContent])[] = [
  ['its value', (size) => given.record({ value: bytes(size, 0xff) })],
  ['its key', (size) => given.record({ key: bytes(size, 0xff) })],
  ['the value of a header', (size) => withHeaders([{ key: 'h', value: bytes(size, 0x80) }])],
  ['the name of a header', (size) => withHeaders([{ key: '\u0001'.repeat(size), value: null }])],
  ['quotes in a name', (size) => withHeaders([{ key: '"'.repeat(size), value: null }])],
  ['text in a name', (size) => withHeaders([{ key: '語'.repeat(size), value: null }])],
  [
    'the number of its headers',
    (size) => {
      // A million is too many already.
      const one = { key: '', value: null };
      return withHeaders(Array.from({ length: Math.min(size, 1_000_000) }, () => one));
    },
  ],
];

/** Bytes of the copy in an event, with the largest state that there can be. */
function copyBytes({ key, value, headers }: RecordContent): number {
  const state = { key: 'retry.state', value: bytes(RETRY_STATE_BYTES_MAX, 0x80) };
  const json = recordJson({
    topic: 'order-events-retry-1s',
    partition: 0,
    offset: Number.MAX_SAFE_INTEGER,
    timestampMs: 1e13,
    timestampType: 'CREATE_TIME',
    key,
    value,
    headers: [...headers, state].map((header) => [header.key, header.value] as const),
  });
  return Buffer.byteLength(json);
}

describe('a record fits an invocation', () => {
  it.each(SHAPES)(
    'by %s: as large as can be, and no larger',
    (_, recordOf) => {
      let [fits, tooLarge] = [0, 5_000_000];
      while (tooLarge - fits > 1_000) {
        const middle = Math.floor((fits + tooLarge) / 2);
        if (fitsInvocation(recordOf(middle))) fits = middle;
        else tooLarge = middle;
      }
      const largestBytes = copyBytes(recordOf(fits));
      expect(largestBytes).toBeLessThanOrEqual(PAYLOAD_BYTES_MAX - AROUND_BYTES);
      expect(largestBytes).toBeGreaterThan(0.95 * PAYLOAD_BYTES_MAX);
    },
    30_000,
  );
});
