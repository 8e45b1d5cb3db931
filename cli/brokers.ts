import { parseConfig } from '../lib/config.ts';
import { readEndpoints } from '../localstack/endpoints.ts';
import { LocalError } from '../localstack/local-error.ts';
import type { Environment } from '../localstack/paths.ts';

/**
 * The brokers to talk to: KAFKA_BROKERS, else those of the local stack that is up.
 * @throws LocalError where there are none, AppError CONFIG_INVALID where KAFKA_BROKERS is no list of brokers
 */
export function brokersOf(env: Environment): string[] {
  const text = env['KAFKA_BROKERS'] || readEndpoints(env)?.kafka;
  if (text === undefined) {
    throw new LocalError(
      'No Kafka to talk to: no local stack is up, and KAFKA_BROKERS is not set.',
      'Start the stack in another terminal (npm start), or set KAFKA_BROKERS=host:port.',
    );
  }
  return [...parseConfig({ KAFKA_BROKERS: text }).brokers];
}

/** What to say where brokers do not answer. @param error says what they did not do */
export function unanswered(error: unknown): LocalError {
  return new LocalError(
    (error as Error).message,
    'To have a Kafka on this machine, leave KAFKA_BROKERS unset and start the stack in another terminal (npm start).',
    { cause: error },
  );
}

/** What to say where a topic does not exist. */
export function noSuchTopic(topic: string, brokers: readonly string[]): LocalError {
  return new LocalError(
    `There is no topic ${topic} on ${brokers.join(',')}; topics are not created by themselves.`,
    'The stack creates the service’s topics when it starts (order-events, order-events-dlq, …): check the name.',
  );
}
