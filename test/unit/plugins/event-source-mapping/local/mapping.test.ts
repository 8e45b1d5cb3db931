import { describe, expect, it } from 'vitest';
import { resolveMapping } from '../../../../../plugins/event-source-mapping/local/mapping.ts';

const base = { functionName: 'f', topic: 't', consumerGroupId: 'g' };

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
  ])('refuses %j by name', (settings, text) => {
    expect(() => resolveMapping({ ...base, ...settings })).toThrow(text);
  });
});
