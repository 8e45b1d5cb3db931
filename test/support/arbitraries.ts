import fc from 'fast-check';
import type { RecordHeader } from '../../lib/model/record.ts';

/** Names that trip codecs which keep headers in an object. */
const hostileNames = fc.constantFrom(
  'a',
  'b',
  '1',
  '__proto__',
  'constructor',
  '',
  'retry.state',
  'é',
);

export const headerBytes = fc.option(fc.uint8Array({ maxLength: 12 }), { nil: null });

/** Header lists with duplicates in any order, null and empty values, bytes ≥ 0x80. */
export const headers: fc.Arbitrary<RecordHeader[]> = fc.array(
  fc.record({ key: fc.oneof(hostileNames, fc.string({ unit: 'grapheme' })), value: headerBytes }),
  { maxLength: 8 },
);

const count = fc.nat(2 ** 40);

export const retryState = fc.record(
  {
    attempt: fc.integer({ min: 1, max: 60 }),
    notBeforeMs: count,
    firstFailedAtMs: count,
    lastFailedAtMs: count,
    error: fc.record({
      type: fc.string({ maxLength: 50 }),
      message: fc.string({ maxLength: 200 }),
    }),
    origin: fc.record({
      topic: fc.constantFrom('order-events', 'a.b_c-d'),
      partition: fc.nat(100),
      offset: count,
      timestampMs: count,
    }),
  },
  { requiredKeys: ['attempt', 'origin'] },
);

/** Text of any code points, halves of surrogate pairs and control characters included. */
export const anyText = (maxLength = 20): fc.Arbitrary<string> => {
  const ascii = fc.integer({ min: 0, max: 0x7f });
  const points = fc.array(fc.oneof(ascii, fc.integer({ min: 0, max: 0x10ffff })), { maxLength });
  return points.map((numbers) => String.fromCodePoint(...numbers));
};
