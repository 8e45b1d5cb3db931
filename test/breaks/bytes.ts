import type { Break } from './break.ts';

const EXACT = {
  file: 'test/integration/exact-bytes.test.ts',
  name: 'key, value and headers arrive in the dead letter exactly > after all retries, and at once for what is no order',
};
const BLOCK = 'test/unit/codec/header-block.test.ts';
const MSK_EVENT = 'test/unit/codec/msk-event.test.ts';

/** Bytes in, the same bytes out. */
export const BYTES: readonly Break[] = [
  {
    name: 'swap-headers',
    guarantee: 'headers keep their order',
    file: 'lib/codec/retry-state.ts',
    find: 'return [...headers, { key: RETRY_STATE_HEADER, value }];',
    replace: 'return [...headers.toReversed(), { key: RETRY_STATE_HEADER, value }];',
    test: EXACT,
  },
  {
    name: 'collapse-headers',
    guarantee: 'duplicates of a header are kept, whatever its name',
    file: 'lib/codec/record-content.ts',
    find: 'return toBase64(encodeHeaderBlock(headers));',
    replace:
      'return toBase64(encodeHeaderBlock([...new Map(headers.map((header) => [header.key, header])).values()]));',
    test: EXACT,
  },
  {
    name: 'null-header-becomes-empty',
    guarantee: 'a header without value stays without',
    file: 'lib/codec/msk-event.ts',
    find: 'if (value === null) return { key, value: null };',
    replace: 'if (value === null) return { key, value: Buffer.alloc(0) };',
    test: {
      file: MSK_EVENT,
      name: 'decodeMskEvent > keeps headers in order, with duplicates, null values and names that objects dislike',
    },
  },
  {
    name: 'null-value-becomes-empty',
    guarantee: 'no value and an empty one are different things',
    file: 'lib/codec/msk-event.ts',
    find: 'if (value === undefined || value === null) return null;',
    replace: 'if (value === undefined || value === null) return Buffer.alloc(0);',
    test: EXACT,
  },
  {
    name: 'lose-the-key',
    guarantee: 'a retry has the key of its record',
    file: 'lib/flow/hand-over.ts',
    find: 'return { partition, key, value, headers: writeRetryState(headers, state) };',
    replace: 'return { partition, key: null, value, headers: writeRetryState(headers, state) };',
    test: {
      file: 'test/unit/flow/hand-over.test.ts',
      name: 'a retry > carries key, value and headers as they are: arbitrary bytes',
    },
  },
  {
    name: 'take-off-every-state',
    guarantee: 'a header of the record’s own is kept, even one with our header’s name',
    file: 'lib/codec/retry-state.ts',
    find: 'const own = headers.toSpliced(at, 1);',
    replace: 'const own = headers.filter(({ key }) => key !== RETRY_STATE_HEADER);',
    test: {
      file: 'test/unit/flow/hand-over.test.ts',
      name: 'a retry > carries key, value and headers as they are: null key, null value',
    },
  },
  {
    name: 'swap-headers-in-the-block',
    guarantee: 'the headers in an event or envelope keep their order',
    file: 'lib/codec/header-block.ts',
    find: 'for (const { key, value } of headers) {',
    replace: 'for (const { key, value } of headers.toReversed()) {',
    test: { file: BLOCK, name: 'a block of headers > with duplicates in their order' },
  },
  {
    name: 'null-header-becomes-empty-in-the-block',
    guarantee: 'a header without value stays without in an event or envelope',
    file: 'lib/codec/header-block.ts',
    find: 'length === 0 ? null : take(cursor, length - 1)',
    replace: 'take(cursor, Math.max(0, length - 1))',
    test: { file: BLOCK, name: 'a block of headers > with no value' },
  },
  {
    name: 'believe-a-count',
    guarantee: 'no claimed count of headers is believed before the bytes are there',
    file: 'lib/codec/header-block.ts',
    find: 'if (count > room) throw',
    replace: 'if (room < 0) throw',
    test: { file: BLOCK, name: 'what is no block > a huge count is unreadable, and says why' },
  },
  {
    name: 'headers-as-long-as-objects',
    guarantee: 'no event outgrows the intake, whatever the headers',
    file: 'lib/codec/record-content.ts',
    find: '    headers: headersJson(record.headers),',
    replace: '    headers: headersJson(record.headers).padEnd(22 * record.headers.length),',
    test: {
      file: 'test/unit/codec/intake-event.test.ts',
      name: 'the intake record of an event > of half a million empty headers, 1 MiB in Kafka, takes 4/3 of that',
    },
  },
  {
    name: 'leave-out-a-large-message',
    guarantee: 'the largest record is dead-lettered whole',
    file: 'lib/flow/envelope-writer.ts',
    find: 'let next: Envelope | undefined = envelope;',
    replace: 'let next: Envelope | undefined = smallerEnvelope(envelope);',
    test: {
      file: 'test/integration/largest-record.test.ts',
      name: 'the largest record that the order topic takes is retried and dead-lettered whole > whose bytes are its value',
    },
  },
];
