import type { Mapping, MappingDeclaration } from './types.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html: default window of MSK. */
const WINDOW_DEFAULT_MS = 500;
/** https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure-destination.html: no limit + destination = 10. */
const RETRIES_WITH_DESTINATION = 10;
const CONCURRENCY_DEFAULT = 5;
const ARN_DEFAULT =
  'arn:aws:kafka:us-east-1:000000000000:cluster/local/00000000-0000-0000-0000-000000000000-1';
const DESTINATION_PREFIX = 'kafka://';

/**
 * Fills in AWS's defaults and checks what the JSON schema cannot.
 * @throws Error that names mapping, setting and remedy
 */
export function resolveMapping(declaration: MappingDeclaration): Mapping {
  const fail = (text: string): never => {
    throw new Error(`Mapping of ${declaration.topic} to ${declaration.functionName}: ${text}`);
  };
  const whole = (name: string, value: number, min: number, max: number): number => {
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    return fail(`${name} is ${value}: write a whole number from ${min} to ${max}`);
  };
  const { maximumBatchingWindow, destinations } = declaration;
  const destinationTopic = destinations === undefined ? null : topicOf(destinations.onFailure);
  if (destinationTopic === undefined) {
    return fail(
      `destinations.onFailure is "${destinations?.onFailure}": only kafka://<topic> is served locally`,
    );
  }
  if (destinationTopic === declaration.topic) {
    return fail('destinations.onFailure is the source topic itself: name another topic');
  }
  const attempts = whole(
    'maximumRetryAttempts',
    declaration.maximumRetryAttempts ?? -1,
    -1,
    10_000,
  );
  const unlimited = destinationTopic === null ? Number.POSITIVE_INFINITY : RETRIES_WITH_DESTINATION;
  return {
    functionName: declaration.functionName,
    topic: declaration.topic,
    groupId: declaration.consumerGroupId,
    batchSize: whole('batchSize', declaration.batchSize ?? 100, 1, 10_000),
    windowMs:
      maximumBatchingWindow === undefined
        ? WINDOW_DEFAULT_MS
        : whole('maximumBatchingWindow', maximumBatchingWindow, 0, 300) * 1000,
    startingPosition: declaration.startingPosition ?? 'TRIM_HORIZON',
    partialResponses: declaration.functionResponseType === 'ReportBatchItemFailures',
    bisect: declaration.bisectBatchOnFunctionError ?? false,
    retriesMax: attempts === -1 ? unlimited : attempts,
    destinationTopic,
    eventSourceArn: declaration.eventSourceArn ?? ARN_DEFAULT,
    concurrency: whole('concurrency', declaration.concurrency ?? CONCURRENCY_DEFAULT, 1, 1000),
  };
}

function topicOf(destination: string): string | undefined {
  if (!destination.startsWith(DESTINATION_PREFIX)) return undefined;
  return destination.slice(DESTINATION_PREFIX.length) || undefined;
}
