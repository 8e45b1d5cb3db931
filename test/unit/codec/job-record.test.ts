import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeJobRecord, encodeJobRecord } from '../../../lib/codec/job-record.ts';

it('is JSON, keyed by the job', () => {
  const { key, value, headers } = encodeJobRecord({ jobId: 'job-1', after: 'slice-1' });
  expect(Buffer.from(key).toString()).toBe('job-1');
  expect(Buffer.from(value ?? '').toString()).toBe('{"v":1,"jobId":"job-1","after":"slice-1"}');
  expect(headers).toEqual([]);
});

it('says what was written', () => {
  const name = fc.string({ minLength: 1, maxLength: 200 });
  const record = fc.record({ jobId: name, after: name }, { requiredKeys: ['jobId'] });
  fc.assert(
    fc.property(record, (written) => {
      expect(decodeJobRecord(encodeJobRecord(written).value)).toEqual(written);
    }),
  );
});

it.each([
  { value: null, fault: 'it has no value' },
  { value: '', fault: 'it is no UTF-8 JSON' },
  { value: 'null', fault: 'field (whole)' },
  { value: '{"v":1}', fault: 'field jobId' },
  { value: '{"v":2,"jobId":"a"}', fault: 'field v' },
  { value: '{"v":1,"jobId":""}', fault: 'field jobId' },
  { value: '{"v":1,"jobId":"a","after":7}', fault: 'field after' },
])('$value is none: $fault', ({ value, fault }) => {
  const read = decodeJobRecord(value === null ? null : Buffer.from(value));
  expect(read).toEqual({ unreadable: expect.stringContaining(fault) });
});

it('never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(decodeJobRecord(bytes)).toBeDefined();
    }),
  );
});
