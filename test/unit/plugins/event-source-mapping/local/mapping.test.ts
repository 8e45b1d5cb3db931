import { describe, expect, it } from 'vitest';
import { BEHAVIOUR_DEFAULTS } from '../../../../../plugins/event-source-mapping/local/behaviour.ts';
import { resolveMapping } from '../../../../../plugins/event-source-mapping/local/mapping.ts';

const onDemand = { functionName: 'f', topic: 't', consumerGroupId: 'g' };
const base = { ...onDemand, provisionedPollerConfig: {} };

describe('resolveMapping', () => {
  it('fills in the defaults of AWS', () => {
    expect(resolveMapping(base)).toMatchObject({
      batchSize: 100,
      windowMs: 500,
      startingPosition: 'TRIM_HORIZON',
      partialResponses: false,
      bisect: false,
      retriesMax: Number.POSITIVE_INFINITY,
      destinationTopic: null,
    });
  });

  it('takes a window of 0 as at once', () => {
    expect(resolveMapping({ ...base, maximumBatchingWindow: 0 }).windowMs).toBe(0);
    expect(resolveMapping({ ...base, maximumBatchingWindow: 3 }).windowMs).toBe(3000);
  });

  it('caps retries without limit at 10 where there is a destination', () => {
    const destinations = { onFailure: 'kafka://dlq' };
    expect(resolveMapping({ ...base, destinations })).toMatchObject({
      retriesMax: 10,
      destinationTopic: 'dlq',
    });
    const explicit = resolveMapping({ ...base, destinations, maximumRetryAttempts: 10_000 });
    expect(explicit.retriesMax).toBe(10_000);
  });

  it.each([
    [{ batchSize: 0 }, 'batchSize is 0: write a whole number from 1 to 10000'],
    [{ batchSize: 1.5 }, 'batchSize is 1.5'],
    [{ maximumBatchingWindow: 301 }, 'maximumBatchingWindow is 301'],
    [{ maximumRetryAttempts: -2 }, 'maximumRetryAttempts is -2'],
    [
      { destinations: { onFailure: 'arn:aws:sqs:x:0:q' } },
      'only kafka://<topic> is served locally',
    ],
    [{ destinations: { onFailure: 'kafka://t' } }, 'is the source topic itself'],
    [{ maximumRecordAgeInSeconds: 59 }, 'maximumRecordAgeInSeconds is 59'],
    [{ provisionedPollerConfig: { minimumPollers: 0 } }, 'minimumPollers is 0'],
    [
      { provisionedPollerConfig: { minimumPollers: 3, maximumPollers: 2 } },
      'minimumPollers (3) is over maximumPollers (2)',
    ],
    [{ startingPosition: 'AT_TIMESTAMP' }, 'needs startingPositionTimestamp'],
    [
      { startingPosition: 'AT_TIMESTAMP', startingPositionTimestamp: 99_999_999_999 },
      'startingPositionTimestamp 99999999999 is in the future',
    ],
    [{ startingPositionTimestamp: 1 }, 'without startingPosition AT_TIMESTAMP'],
  ] as const)('refuses %j by name', (settings, text) => {
    expect(() => resolveMapping({ ...base, ...settings })).toThrow(text);
  });

  it.each([
    ['functionResponseType', 'ReportBatchItemFailures'],
    ['bisectBatchOnFunctionError', true],
    ['maximumRetryAttempts', 3],
    ['maximumRecordAgeInSeconds', 60],
    ['destinations', { onFailure: 'kafka://dlq' }],
  ])('refuses %s in on-demand mode, or takes it by the setting', (name, value) => {
    const declared = { ...onDemand, [name]: value };
    expect(() => resolveMapping(declared)).toThrow(`${name} needs provisioned mode`);
    const behaviour = { ...BEHAVIOUR_DEFAULTS, retryControlsOnDemand: 'accepted' } as const;
    expect(resolveMapping(declared, behaviour).mode).toBe('on-demand');
  });

  it('makes 5 invocations at a time for each poller', () => {
    const provisionedPollerConfig = { minimumPollers: 1, maximumPollers: 3 };
    expect(resolveMapping({ ...base, provisionedPollerConfig }).concurrency).toBe(15);
    expect(resolveMapping({ ...base, provisionedPollerConfig }).pollers).toEqual({
      min: 1,
      max: 3,
      invocationsEach: 5,
    });
    expect(resolveMapping(onDemand).pollers).toMatchObject({ min: 1, invocationsEach: 5 });
  });

  it('takes a timestamp in Unix seconds as position', () => {
    const declared = { ...base, startingPosition: 'AT_TIMESTAMP', startingPositionTimestamp: 12.5 };
    expect(resolveMapping(declared as typeof base).startingTimestampMs).toBe(12_500);
  });
});
