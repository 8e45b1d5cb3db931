import { BrokersUnknownError } from './kafka-error.ts';
import type { GetBootstrapBrokersResponse } from '@aws-sdk/client-kafka';

/** How brokers want to be spoken to: in the clear, over TLS, or over TLS with an IAM token. */
export type KafkaAuth = 'none' | 'tls' | 'iam';

/** What AWS says of a cluster's brokers: https://docs.aws.amazon.com/msk/1.0/apireference/clusters-clusterarn-bootstrap-brokers.html */
export type BootstrapBrokers = Pick<
  GetBootstrapBrokersResponse,
  keyof GetBootstrapBrokersResponse & `BootstrapBrokerString${string}`
>;

export interface ChosenBrokers {
  readonly auth: KafkaAuth;
  readonly brokers: readonly string[];
}

/** The best first; of one kind those in the cluster's own network first, then those for other VPCs, then public ones. */
const OFFERS: Readonly<Record<KafkaAuth, readonly (keyof BootstrapBrokers)[]>> = {
  iam: [
    'BootstrapBrokerStringSaslIam',
    'BootstrapBrokerStringVpcConnectivitySaslIam',
    'BootstrapBrokerStringPublicSaslIam',
  ],
  tls: [
    'BootstrapBrokerStringTls',
    'BootstrapBrokerStringVpcConnectivityTls',
    'BootstrapBrokerStringPublicTls',
  ],
  none: ['BootstrapBrokerString'],
};

/**
 * Pure.
 * @param wanted undefined = the best that is offered: iam, then tls, then none
 * @throws BrokersUnknownError where the cluster offers nothing of the kind
 */
export function chooseBrokers(
  offered: BootstrapBrokers,
  wanted: KafkaAuth | undefined,
): ChosenBrokers {
  const offers = (Object.keys(OFFERS) as KafkaAuth[]).flatMap((auth) => {
    const text = OFFERS[auth].map((name) => offered[name]).find(Boolean);
    return text ? [{ auth, brokers: text.split(',').map((broker) => broker.trim()) }] : [];
  });
  const chosen = offers.find(({ auth }) => wanted === undefined || auth === wanted);
  if (chosen !== undefined) return chosen;
  const [best] = offers;
  if (best !== undefined) {
    const others = offers.map(({ auth }) => auth).join(' and ');
    throw new BrokersUnknownError(
      `the cluster has no brokers for KAFKA_AUTH=${wanted}, only for ${others}: change the one or the other`,
      false,
    );
  }
  throw new BrokersUnknownError(
    Object.values(offered).some(Boolean)
      ? 'the cluster lets nobody in with IAM, over TLS alone or in the clear: turn on IAM access control'
      : 'AWS names no brokers for the cluster: wait until it is ACTIVE',
    false,
  );
}
