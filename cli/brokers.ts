import { readEndpoints } from '../localstack/endpoints.ts';
import { LocalError } from '../localstack/local-error.ts';
import type { Environment } from '../localstack/paths.ts';

/**
 * The brokers to talk to: KAFKA_BROKERS, else those of the local stack that is up.
 * @throws LocalError where there are none
 */
export function brokersOf(env: Environment): string[] {
  const text = env['KAFKA_BROKERS'] || readEndpoints(env)?.kafka;
  if (text === undefined) {
    throw new LocalError(
      'No Kafka to talk to: no local stack is up, and KAFKA_BROKERS is not set.',
      'Start the stack in another terminal (npm start), or set KAFKA_BROKERS=host:port.',
    );
  }
  return text.split(',').map((broker) => broker.trim());
}

/** What to say where brokers do not answer. @param error says what they did not do */
export function unanswered(error: unknown): LocalError {
  return new LocalError(
    (error as Error).message,
    'Check that the stack is up (npm start), or that KAFKA_BROKERS is right.',
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
