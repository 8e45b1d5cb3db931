import type { Config } from './config.ts';
import { createKafkaConnection } from './effect/kafka/connection.ts';
import { AppError } from './model/errors.ts';

/**
 * The execution environment's one connection to the cluster.
 * @throws AppError CONFIG_INVALID where no broker is configured
 */
export function kafkaConnectionOf({ brokers }: Config, clientId: string) {
  if (brokers.length === 0) {
    throw new AppError(
      'CONFIG_INVALID',
      'Configuration:\n- KAFKA_BROKERS is not set: write the brokers as host:port, comma-separated',
    );
  }
  return createKafkaConnection({ brokers, clientId });
}
