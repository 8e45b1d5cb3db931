import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../lib/config.ts';
import { kafkaConnectionOf } from '../../lib/wire-kafka.ts';

const ARN = 'arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0f0f-1';
const clusterOf = (env: Record<string, string>) =>
  kafkaConnectionOf(parseConfig(env), 'test').cluster;

describe('kafkaConnectionOf', () => {
  it('stands on the brokers that are named, also where a cluster is', () => {
    const named = { name: 'a:1, b:2', variable: 'KAFKA_BROKERS' };
    expect(clusterOf({ KAFKA_BROKERS: 'a:1,b:2' })).toMatchObject(named);
    expect(clusterOf({ KAFKA_BROKERS: 'a:1,b:2', MSK_CLUSTER_ARN: ARN })).toMatchObject(named);
  });

  it('stands on the cluster where no brokers are named', () => {
    const cluster = { name: ARN, variable: 'MSK_CLUSTER_ARN' };
    expect(clusterOf({ MSK_CLUSTER_ARN: ARN })).toMatchObject(cluster);
  });

  it('refuses to start with neither', () => {
    expect(() => clusterOf({})).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message:
          'Configuration:\n- neither KAFKA_BROKERS nor MSK_CLUSTER_ARN is set: write the brokers as host:port, comma-separated, or the ARN of an MSK cluster',
      }),
    );
  });
});
