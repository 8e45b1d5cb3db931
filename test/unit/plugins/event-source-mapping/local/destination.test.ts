import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { destinationJson } from '../../../../../plugins/event-source-mapping/local/destination.ts';
import { encodedRecord } from '../../../../support/polled-records.ts';

const FIXTURE = new URL('../../../../fixtures/aws-on-failure-record.json', import.meta.url);
const source = { eventSourceArn: 'arn', bootstrapServers: 'b:1' };
const discarded = {
  record: encodedRecord({ offset: 7, timestampMs: 5, value: Buffer.from('v') }),
  functionName: 'f',
  condition: 'RetriesExhausted',
  requestId: 'r',
  invokeCount: 3,
  nowMs: 0,
} as const;

describe('destinationJson', () => {
  it('has every field that the wrapper of AWS has, of the same types', () => {
    const wrapper: unknown = JSON.parse(readFileSync(FIXTURE, 'utf8'));
    expect(shapeOf(JSON.parse(destinationJson(discarded, source)))).toEqual(shapeOf(wrapper));
  });

  it('holds the record as an event of one', () => {
    const wrapper = JSON.parse(destinationJson(discarded, source)) as Record<string, unknown>;
    expect(wrapper['payload']).toMatchObject({
      records: { 't-0': [{ offset: 7, timestamp: 5, value: 'dg==' }] },
    });
    expect(wrapper['requestContext']).toMatchObject({ requestId: 'r', approximateInvokeCount: 3 });
  });

  it('has no response context where the function was never invoked', () => {
    const oversize = {
      ...discarded,
      condition: 'MaximumPayloadSizeExceeded',
      invokeCount: 0,
    } as const;
    const wrapper = JSON.parse(destinationJson(oversize, source)) as Record<string, unknown>;
    expect(wrapper['responseContext']).toBeNull();
  });
});

/** Names and types, without the contents of the payload. */
function shapeOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return typeof value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === 'payload' ? Object.keys(inner as object) : shapeOf(inner),
    ]),
  );
}
