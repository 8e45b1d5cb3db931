import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAwsWrapper, parseAwsWrapper } from '../../../lib/codec/aws-wrapper.ts';

const FIXTURE = new URL('../../fixtures/aws-on-failure-record.json', import.meta.url);

// oxlint-disable-next-line typescript/no-explicit-any -- a JSON document to be bent
const wrapper = (): any => JSON.parse(readFileSync(FIXTURE, 'utf8'));

describe("AWS's wrapper", () => {
  it('is read with the record as it lay on its own topic', () => {
    expect(parseAwsWrapper(wrapper())).toEqual({
      condition: 'RetryAttemptsExhausted',
      givenUpAtMs: Date.UTC(2026, 0, 1, 0, 0, 7, 500),
      invocationsAbout: 3,
      functionError: 'Unhandled',
      by: {
        functionName: 'order-service-dev-process-orders',
        functionVersion: '$LATEST',
        requestId: 'e4b46cbf-b738-xmpl-8880-a18cdf61200e',
      },
      record: {
        topic: 'order-events',
        partition: 2,
        offset: 41,
        timestampMs: Date.UTC(2026, 0, 1),
        key: Buffer.from('ORDER-1'),
        value: Buffer.from('{"orderId":"ORDER-1"}'),
        headers: [
          { key: 'a', value: Buffer.from([0xff, 0]) },
          { key: 'retry.state', value: Buffer.from('1') },
        ],
      },
    });
  });

  it.each(['RetriesExhausted', 'RetryAttemptsExhausted'])('knows the spelling %s', (condition) => {
    const json = wrapper();
    json.requestContext.condition = condition;
    expect(parseAwsWrapper(json)).toMatchObject({ condition: 'RetryAttemptsExhausted' });
  });

  it('of a record that was never delivered has no response', () => {
    const json = wrapper();
    json.requestContext.condition = 'MaximumPayloadSizeExceeded';
    json.responseContext = null;
    expect(parseAwsWrapper(json)).toMatchObject({
      condition: 'MaximumPayloadSizeExceeded',
      functionError: undefined,
      by: { functionVersion: '$LATEST' },
    });
  });

  it('of a record that grew too old keeps that condition, whether it was ever delivered or not', () => {
    const json = wrapper();
    json.requestContext.condition = 'RecordAgeExceeded';
    expect(parseAwsWrapper(json)).toMatchObject({
      condition: 'RecordAgeExceeded',
      invocationsAbout: 3,
    });
    json.requestContext.requestId = '';
    json.requestContext.approximateInvokeCount = 0;
    json.responseContext = null;
    expect(parseAwsWrapper(json)).toMatchObject({
      condition: 'RecordAgeExceeded',
      invocationsAbout: 0,
      by: { requestId: '' },
    });
  });

  it('keeps absent, null and empty apart in the record', () => {
    const json = wrapper();
    const [record] = json.payload.records['order-events-2'];
    delete record.key;
    record.value = '';
    expect(parseAwsWrapper(json)).toMatchObject({
      record: { key: null, value: Buffer.alloc(0) },
    });
  });

  it('takes the version out of the ARN where AWS does not say which one ran', () => {
    const json = wrapper();
    json.requestContext.functionArn = 'arn:aws:lambda:eu-west-1:1:function:process-orders:live';
    json.responseContext.executedVersion = null;
    expect(parseAwsWrapper(json)).toMatchObject({
      by: { functionName: 'process-orders', functionVersion: 'live' },
    });
  });

  it.each([['no time'], [null], [undefined]])('may have a time that is none: %s', (timestamp) => {
    expect(parseAwsWrapper({ ...wrapper(), timestamp })).toMatchObject({ givenUpAtMs: undefined });
  });
});

describe('what cannot be read', () => {
  it.each<[string, unknown, RegExp]>([
    ['a payload that is a text', '{}', /payload/],
    ['a payload without records', {}, /payload/],
    ['no record', { records: {} }, /0 records/],
    ['a record without an offset', { records: { 'a-0': [{ topic: 'a' }] } }, /payload/],
  ])('%s is named', (_name, payload, fault) => {
    expect(parseAwsWrapper({ ...wrapper(), payload })).toEqual({
      unreadable: expect.stringMatching(fault),
    });
  });

  it('two records are not one', () => {
    const json = wrapper();
    json.payload.records['order-events-2'].push(json.payload.records['order-events-2'][0]);
    expect(parseAwsWrapper(json)).toEqual({ unreadable: expect.stringMatching(/2 records/) });
  });

  it('never throws, whatever the JSON', () => {
    const anything = fc.jsonValue();
    const near = fc.record({ requestContext: anything, payload: anything });
    fc.assert(
      fc.property(fc.oneof(anything, near), (json) => {
        isAwsWrapper(json);
        expect(parseAwsWrapper(json)).toHaveProperty('unreadable');
      }),
    );
  });
});
