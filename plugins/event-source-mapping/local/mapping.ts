import { BEHAVIOUR_DEFAULTS, type Behaviour } from './behaviour.ts';
import type { Mapping, MappingDeclaration } from './types.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html: default window of MSK. */
const WINDOW_DEFAULT_MS = 500;
/** https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure-destination.html: no limit + destination = 10. */
const RETRIES_WITH_DESTINATION = 10;
/** https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html; on-demand: not published. */
const INVOCATIONS_PER_POLLER = 5;
/** Of an account, where nothing else was asked for: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const CONCURRENCY_MAX = 1_000;
const ARN_DEFAULT =
  'arn:aws:kafka:us-east-1:000000000000:cluster/local/00000000-0000-0000-0000-000000000000-1';
const DESTINATION_PREFIX = 'kafka://';
const POLLERS = { minimum: [1, 200], maximum: [1, 2_000] } as const;

/** https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html: "provisioned mode" only. */
const PROVISIONED_ONLY = [
  'functionResponseType',
  'bisectBatchOnFunctionError',
  'maximumRetryAttempts',
  'maximumRecordAgeInSeconds',
  'destinations',
] as const;

/** Throws, naming the mapping. */
type Fail = (text: string) => never;

/**
 * Fills in AWS's defaults and checks what the JSON schema cannot.
 * @param nowMs epoch milliseconds
 * @throws Error that names mapping, setting and remedy
 */
export function resolveMapping(
  declaration: MappingDeclaration,
  behaviour: Behaviour = BEHAVIOUR_DEFAULTS,
  nowMs: number = Date.now(),
): Mapping {
  const fail: Fail = (text) => {
    throw new Error(`Mapping of ${declaration.topic} to ${declaration.functionName}: ${text}`);
  };
  const { maximumBatchingWindow, provisionedPollerConfig } = declaration;
  const mode = provisionedPollerConfig === undefined ? 'on-demand' : 'provisioned';
  const pollers = pollersOf(declaration, fail);
  const destinationTopic = destinationOf(declaration, fail);
  if (mode === 'on-demand' && behaviour.retryControlsOnDemand === 'refused') {
    refuseOnDemand(declaration, fail);
  }
  const attempts = whole(
    'maximumRetryAttempts',
    declaration.maximumRetryAttempts ?? -1,
    [-1, 10_000],
    fail,
  );
  const unlimited = destinationTopic === null ? Number.POSITIVE_INFINITY : RETRIES_WITH_DESTINATION;
  return {
    mode,
    functionName: declaration.functionName,
    topic: declaration.topic,
    groupId: declaration.consumerGroupId,
    batchSize: whole('batchSize', declaration.batchSize ?? 100, [1, 10_000], fail),
    windowMs:
      maximumBatchingWindow === undefined
        ? WINDOW_DEFAULT_MS
        : whole('maximumBatchingWindow', maximumBatchingWindow, [0, 300], fail) * 1000,
    startingPosition: declaration.startingPosition ?? 'TRIM_HORIZON',
    startingTimestampMs: startingTimestampOf(declaration, nowMs, fail),
    partialResponses: declaration.functionResponseType === 'ReportBatchItemFailures',
    bisect: declaration.bisectBatchOnFunctionError ?? false,
    retriesMax: attempts === -1 ? unlimited : attempts,
    recordAgeMaxMs: recordAgeOf(declaration, fail),
    destinationTopic,
    eventSourceArn: declaration.eventSourceArn ?? ARN_DEFAULT,
    concurrency: Math.min(pollers.max * pollers.invocationsEach, CONCURRENCY_MAX),
    pollers,
    behaviour,
  };
}

function refuseOnDemand(declaration: MappingDeclaration, fail: Fail): void {
  const declared = PROVISIONED_ONLY.find((name) => declaration[name] !== undefined);
  if (declared === undefined) return;
  fail(
    `${declared} needs provisioned mode: declare provisionedPollerConfig, or leave ${declared} out (the setting retryControlsOnDemand: accepted takes it all the same)`,
  );
}

/** On demand there are as many pollers as are needed, at most one for each partition. */
function pollersOf(
  { provisionedPollerConfig, concurrency }: MappingDeclaration,
  fail: Fail,
): Mapping['pollers'] {
  if (concurrency !== undefined) {
    const invocationsEach = whole('concurrency', concurrency, [1, CONCURRENCY_MAX], fail);
    return { min: 1, max: 1, invocationsEach };
  }
  const invocationsEach = INVOCATIONS_PER_POLLER;
  if (provisionedPollerConfig === undefined) {
    return { min: 1, max: CONCURRENCY_MAX / invocationsEach, invocationsEach };
  }
  const { minimumPollers = 1, maximumPollers = 200 } = provisionedPollerConfig;
  const name = 'provisionedPollerConfig';
  whole(`${name}.minimumPollers`, minimumPollers, POLLERS.minimum, fail);
  whole(`${name}.maximumPollers`, maximumPollers, POLLERS.maximum, fail);
  if (minimumPollers > maximumPollers) {
    fail(`${name}.minimumPollers (${minimumPollers}) is over maximumPollers (${maximumPollers})`);
  }
  return { min: minimumPollers, max: maximumPollers, invocationsEach };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/kafka-starting-positions.html: seconds, not in the future. */
function startingTimestampOf(declaration: MappingDeclaration, nowMs: number, fail: Fail): number {
  const { startingPosition, startingPositionTimestamp: seconds } = declaration;
  if (startingPosition !== 'AT_TIMESTAMP') {
    if (seconds === undefined) return 0;
    return fail('startingPositionTimestamp is declared without startingPosition AT_TIMESTAMP');
  }
  if (seconds === undefined || !(seconds >= 0)) {
    return fail('startingPosition AT_TIMESTAMP needs startingPositionTimestamp, in Unix seconds');
  }
  if (seconds * 1000 <= nowMs) return Math.floor(seconds * 1000);
  return fail(`startingPositionTimestamp ${seconds} is in the future: it is in Unix seconds`);
}

function recordAgeOf({ maximumRecordAgeInSeconds }: MappingDeclaration, fail: Fail): number {
  const seconds = maximumRecordAgeInSeconds ?? -1;
  if (seconds === -1) return Number.POSITIVE_INFINITY;
  return whole('maximumRecordAgeInSeconds', seconds, [60, 604_800], fail) * 1000;
}

function destinationOf({ destinations, topic }: MappingDeclaration, fail: Fail): string | null {
  if (destinations === undefined) return null;
  const { onFailure } = destinations;
  const destination = onFailure.startsWith(DESTINATION_PREFIX)
    ? onFailure.slice(DESTINATION_PREFIX.length)
    : '';
  if (destination === '') {
    return fail(
      `destinations.onFailure is "${onFailure}": only kafka://<topic> is served locally, no SQS, SNS or S3`,
    );
  }
  if (destination !== topic) return destination;
  return fail('destinations.onFailure is the source topic itself: name another topic');
}

function whole(
  name: string,
  value: number,
  [min, max]: readonly [number, number],
  fail: Fail,
): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  return fail(`${name} is ${value}: write a whole number from ${min} to ${max}`);
}
