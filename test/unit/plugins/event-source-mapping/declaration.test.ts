import { describe, expect, it } from 'vitest';
import { mappingOf, type MskEvent } from '../../../../plugins/event-source-mapping/declaration.ts';

const event: MskEvent = { arn: 'arn:aws:kafka:x', topic: 't', consumerGroupId: 'g' };

describe('mappingOf', () => {
  it('takes over every setting that is served, and leaves out what is not declared', () => {
    const declared = {
      batchSize: 7,
      maximumBatchingWindow: 0,
      startingPosition: 'LATEST',
      functionResponseType: 'ReportBatchItemFailures',
      bisectBatchOnFunctionError: true,
      startingPositionTimestamp: 1,
      maximumRetryAttempts: 3,
      maximumRecordAgeInSeconds: 60,
      provisionedPollerConfig: { maximumPollers: 2 },
      destinations: { onFailure: 'kafka://dlq' },
    } as const;
    const base = { functionName: 'f', topic: 't', consumerGroupId: 'g' };
    const eventSourceArn = 'arn:aws:kafka:x';
    expect(mappingOf({ ...event, ...declared }, 'f')).toEqual({
      ...base,
      ...declared,
      eventSourceArn,
    });
    expect(mappingOf(event, 'f')).toEqual({ ...base, eventSourceArn });
  });

  it('names a group that stays the same where none is declared', () => {
    expect(mappingOf({ arn: { Ref: 'Cluster' }, topic: 't' }, 'f')).toEqual({
      functionName: 'f',
      topic: 't',
      consumerGroupId: 'f-t',
    });
  });

  it.each([[{ filterPatterns: [{ value: {} }] }, 'filterPatterns']] as const)(
    'refuses %j by name',
    (setting, name) => {
      expect(() => mappingOf({ ...event, ...setting }, 'f')).toThrow(
        `The mapping of t to f declares ${name}, which is not served locally`,
      );
    },
  );
});
