import { findErrorBy } from '@platformatic/kafka';

/** Whether Kafka's error of that name (`OFFSET_OUT_OF_RANGE`) is the error, or among its causes. */
export function hasKafkaError(error: unknown, apiId: string): boolean {
  return findErrorBy(error as Error, 'apiId', apiId) !== null;
}

/** The texts of an error and of what caused it, on one line and bounded. */
export function errorText(error: unknown): string {
  const texts = new Set<string>();
  collect(error, texts);
  return [...texts].join(' ').replaceAll(/\s+/g, ' ').slice(0, 500);
}

function collect(error: unknown, texts: Set<string>): void {
  if (!(error instanceof Error) || texts.size > 5) return;
  texts.add(error.message);
  if (error instanceof AggregateError) for (const inner of error.errors) collect(inner, texts);
  collect(error.cause, texts);
}

/** The topic is not there (yet): the client's own words, or the broker's. */
export function isTopicMissing(error: unknown): boolean {
  return (
    /Unknown topic/i.test(errorText(error)) || hasKafkaError(error, 'UNKNOWN_TOPIC_OR_PARTITION')
  );
}
