import { describe, expect, it } from 'vitest';
import { chooseBrokers, type BootstrapBrokers } from '../../../../lib/effect/kafka/msk-brokers.ts';

const IAM = { BootstrapBrokerStringSaslIam: 'b-1:9098,b-2:9098' };
const TLS = { BootstrapBrokerStringTls: 'b-1:9094, b-2:9094' };
const PLAIN = { BootstrapBrokerString: 'b-1:9092' };
const OTHER_VPC = { BootstrapBrokerStringVpcConnectivitySaslIam: 'vpc:14001' };
const PUBLIC = {
  BootstrapBrokerStringPublicSaslIam: 'p-1:9198',
  BootstrapBrokerStringPublicTls: 'p-1:9194',
};
const SCRAM = { BootstrapBrokerStringSaslScram: 'b-1:9096' };

describe('chooseBrokers', () => {
  it.each<[string, BootstrapBrokers, string, readonly string[]]>([
    ['iam before all else', { ...PLAIN, ...TLS, ...IAM }, 'iam', ['b-1:9098', 'b-2:9098']],
    ['tls before the clear', { ...PLAIN, ...TLS, ...SCRAM }, 'tls', ['b-1:9094', 'b-2:9094']],
    ['the clear where nothing else is', { ...PLAIN, ...SCRAM }, 'none', ['b-1:9092']],
    ['its own network first', { ...PUBLIC, ...OTHER_VPC, ...IAM }, 'iam', ['b-1:9098', 'b-2:9098']],
    ['then another VPC', { ...PUBLIC, ...OTHER_VPC }, 'iam', ['vpc:14001']],
    ['the public ones at last', { ...PUBLIC, ...TLS }, 'iam', ['p-1:9198']],
    ['empty text is no offer', { ...PLAIN, BootstrapBrokerStringTls: '' }, 'none', ['b-1:9092']],
  ])('%s', (_, offered, auth, brokers) => {
    expect(chooseBrokers(offered, undefined)).toEqual({ auth, brokers });
  });

  it.each([
    ['iam', 'b-1:9098'],
    ['tls', 'b-1:9094'],
    ['none', 'b-1:9092'],
  ] as const)('takes %s where that is wanted', (wanted, first) => {
    const chosen = chooseBrokers({ ...PLAIN, ...TLS, ...IAM }, wanted);
    expect(chosen).toMatchObject({ auth: wanted, brokers: expect.arrayContaining([first]) });
  });

  it.each<[string, BootstrapBrokers, 'iam' | undefined, string]>([
    [
      'what is wanted is not offered',
      { ...PLAIN, ...TLS },
      'iam',
      'the cluster has no brokers for KAFKA_AUTH=iam, only for tls and none: change the one or the other',
    ],
    [
      'passwords alone are offered',
      SCRAM,
      undefined,
      'the cluster lets nobody in with IAM, over TLS alone or in the clear: turn on IAM access control',
    ],
    [
      'nothing is offered',
      {},
      undefined,
      'AWS names no brokers for the cluster: wait until it is ACTIVE',
    ],
  ])('refuses where %s', (_, offered, wanted, message) => {
    expect(() => chooseBrokers(offered, wanted)).toThrow(
      expect.objectContaining({ name: 'BrokersUnknownError', message, retriable: false }),
    );
  });
});
