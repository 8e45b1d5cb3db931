import { groupOf, type Config } from '../lib/config.ts';
import { tierWindowSeconds } from '../lib/decide/tiers.ts';
import type { Deployment } from './deployment.ts';

/** An event source mapping, as serverless.yml takes it under `msk` (the plugin adds what osls lacks). */
export interface MappingEvent {
  readonly arn: string;
  readonly topic: string;
  readonly consumerGroupId: string;
  readonly startingPosition: 'TRIM_HORIZON';
  readonly batchSize: number;
  readonly maximumBatchingWindow: number;
  readonly maximumRetryAttempts: number;
  readonly maximumRecordAgeInSeconds: -1;
  readonly bisectBatchOnFunctionError?: true;
  readonly destinations?: { readonly onFailure: string };
  readonly functionResponseType?: 'ReportBatchItemFailures';
  readonly provisionedPollerConfig: {
    readonly minimumPollers: number;
    readonly maximumPollers: number;
    readonly pollerGroupName: string;
  };
}

/** Explicit: no limit together with a destination would mean 10 on AWS. */
const RETRY_ATTEMPTS = 10_000;
const NO_LIMIT = -1 as const;

/**
 * The next records of a partition wait until the last one of a batch is due. Where a batch takes all that waits in its
 * tier, those that come after it are due after it as well, and nothing is late for it. AWS's upper bound of a batch size:
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
 */
const TIER_BATCH_FACTOR = 100;
const BATCH_SIZE_LIMIT = 10_000;

type MappingConfig = Pick<Config, 'topics' | 'policy' | 'consumerGroup' | 'batchSizeMax'>;

type MappingDeployment = Pick<
  Deployment,
  'clusterArn' | 'service' | 'stage' | 'pollers' | 'partialResponses'
>;

/**
 * The service's event source mappings, by function. The only place that says what they are like; pure, total.
 * A failing batch is narrowed to the record that kills the function, and what nothing heals goes to the intake topic; the
 * mappings of intake and jobs never give up, since nobody is behind them.
 */
export function mappingTable(
  config: MappingConfig,
  { clusterArn, service, stage, pollers, partialResponses }: MappingDeployment,
): Readonly<
  Record<
    'process-orders' | 'retry-orders' | 'publish-dead-letter' | 'work-dlq-jobs',
    readonly MappingEvent[]
  >
> {
  const { order, redrive, intake, jobs } = config.topics;
  const common = (topic: string, windowSeconds: number) => ({
    arn: clusterArn,
    topic,
    consumerGroupId: groupOf(topic, config),
    startingPosition: 'TRIM_HORIZON' as const,
    batchSize: config.batchSizeMax,
    maximumBatchingWindow: windowSeconds,
    maximumRecordAgeInSeconds: NO_LIMIT,
    // Poller units are paid for: all mappings share those of one group.
    provisionedPollerConfig: {
      minimumPollers: pollers.min,
      maximumPollers: pollers.max,
      pollerGroupName: `${service}-${stage}`,
    },
    ...(partialResponses && { functionResponseType: 'ReportBatchItemFailures' as const }),
  });
  const processing = (topic: string, windowSeconds: number): MappingEvent => ({
    ...common(topic, windowSeconds),
    maximumRetryAttempts: RETRY_ATTEMPTS,
    bisectBatchOnFunctionError: true,
    destinations: { onFailure: `kafka://${intake}` },
  });
  // Where the whole batch comes again for one record, it stays as small as the others.
  const tier = (mapping: MappingEvent): MappingEvent => ({
    ...mapping,
    ...(partialResponses && {
      batchSize: Math.min(BATCH_SIZE_LIMIT, TIER_BATCH_FACTOR * config.batchSizeMax),
    }),
  });
  return {
    'process-orders': [processing(order, 0)],
    'retry-orders': [
      ...config.policy.tiers.map(({ topic, delayMs }) =>
        tier(processing(topic, tierWindowSeconds(delayMs))),
      ),
      processing(redrive, 0),
    ],
    'publish-dead-letter': [{ ...common(intake, 0), maximumRetryAttempts: NO_LIMIT }],
    'work-dlq-jobs': [{ ...common(jobs, 0), maximumRetryAttempts: NO_LIMIT }],
  };
}
