import type { Config } from './config.ts';
import { awsKafka } from './effect/kafka/aws-kafka.ts';
import { namedBrokers, type BrokerSource } from './effect/kafka/broker-source.ts';
import { createKafkaConnection } from './effect/kafka/connection.ts';
import { accessTo, createMskSource } from './effect/kafka/msk-source.ts';
import { systemClock } from './effect/system-clock.ts';
import { AppError } from './model/errors.ts';

type KafkaConfig = Pick<Config, 'brokers' | 'clusterArn' | 'auth'>;

/**
 * The execution environment's one connection to the cluster.
 * @throws AppError CONFIG_INVALID where neither brokers nor a cluster are configured
 */
export function kafkaConnectionOf(config: KafkaConfig, clientId: string) {
  return createKafkaConnection({ source: sourceOf(config, clientId), clientId });
}

/** Brokers that are named count, also where a cluster is. */
function sourceOf({ brokers, clusterArn, auth }: KafkaConfig, userAgent: string): BrokerSource {
  const region = clusterArn === '' ? undefined : clusterArn.split(':')[3];
  const aws = awsKafka({ region, userAgent, nowMs: () => systemClock.nowMs() });
  const tokenOf = () => aws.token();
  if (brokers.length > 0) return namedBrokers(accessTo(brokers, auth || 'none', tokenOf));
  if (clusterArn === '') {
    throw new AppError(
      'CONFIG_INVALID',
      'Configuration:\n- neither KAFKA_BROKERS nor MSK_CLUSTER_ARN is set: write the brokers as host:port, comma-separated, or the ARN of an MSK cluster',
    );
  }
  return createMskSource({
    clusterArn,
    auth: auth || undefined,
    ask: (arn) => aws.bootstrapBrokers(arn),
    tokenOf,
    clock: systemClock,
  });
}
