import { describe, expect, it } from 'vitest';
import { patchMapping } from '../../../../plugins/event-source-mapping/template.ts';

function templateOf(topic: string, functionLogicalId: string) {
  return {
    Resources: {
      Other: { Type: 'AWS::Lambda::Function', Properties: {} as Record<string, unknown> },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          Topics: [topic],
          FunctionName: { 'Fn::GetAtt': [functionLogicalId, 'Arn'] },
          BatchSize: 5,
        } as Record<string, unknown>,
      },
    },
  };
}

describe('patchMapping', () => {
  it('adds what osls leaves out, a window of 0 too, and changes nothing else', () => {
    const template = templateOf('t', 'F');
    patchMapping(template, 'F', {
      arn: 'a',
      topic: 't',
      maximumBatchingWindow: 0,
      functionResponseType: 'ReportBatchItemFailures',
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 10_000,
      maximumRecordAgeInSeconds: 604_800,
      destinations: { onFailure: 'kafka://dlq' },
    });
    expect(template.Resources.Mapping.Properties).toEqual({
      ...templateOf('t', 'F').Resources.Mapping.Properties,
      MaximumBatchingWindowInSeconds: 0,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10_000,
      MaximumRecordAgeInSeconds: 604_800,
      DestinationConfig: { OnFailure: { Destination: 'kafka://dlq' } },
    });
    expect(template.Resources.Other.Properties).toEqual({});
  });

  it('takes −1 as it is, and adds nothing that is not declared', () => {
    const template = templateOf('t', 'F');
    patchMapping(template, 'F', { arn: 'a', topic: 't', maximumRetryAttempts: -1 });
    expect(template.Resources.Mapping.Properties).toEqual({
      ...templateOf('t', 'F').Resources.Mapping.Properties,
      MaximumRetryAttempts: -1,
    });
  });

  it.each([
    ['another topic', templateOf('u', 'F')],
    ['another function', templateOf('t', 'FF')],
  ])('does not take the mapping of %s for it', (_name, template) => {
    expect(() => patchMapping(template, 'F', { arn: 'a', topic: 't' })).toThrow(
      'no event source mapping of t to F',
    );
  });
});
