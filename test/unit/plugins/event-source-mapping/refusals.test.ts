import { describe, expect, it } from 'vitest';
import { refuseUnserved } from '../../../../plugins/event-source-mapping/refusals.ts';

const msk = { arn: 'arn:aws:kafka:x', topic: 't' };

describe('what is not served', () => {
  it('takes what is known, and other events', () => {
    const events = [
      { msk: { ...msk, batchSize: 1, functionResponseType: 'ReportBatchItemFailures' } },
      { httpApi: 'GET /' },
    ];
    expect(() => refuseUnserved('f', events)).not.toThrow();
  });

  it.each([
    ['filterPatterns', [{ value: {} }], 'which is not served locally: filter in the function'],
    ['schemaRegistryConfig', {}, 'which is not served locally: decode in the function'],
    ['batchsize', 7, 'which nobody knows: write one of arn, topic, batchSize'],
  ])('%s is refused by name', (key, value, text) => {
    expect(() => refuseUnserved('f', [{ msk: { ...msk, [key]: value } }])).toThrow(
      `The mapping of t to f declares ${key}, ${text}`,
    );
  });

  it('an event of a self-managed cluster is refused by name', () => {
    const events = [{ kafka: { topic: 't', bootstrapServers: ['b:9092'] } }];
    expect(() => refuseUnserved('f', events)).toThrow(
      'f declares an event of a self-managed cluster (kafka), which is not served locally: declare msk',
    );
  });
});
