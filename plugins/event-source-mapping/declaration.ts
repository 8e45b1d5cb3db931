import type { MappingDeclaration } from './local/types.ts';

/**
 * What osls does not know of an `msk` event, as JSON schema. Names are the framework's own where another event has the
 * property (`stream`, `sqs`, `kafka`).
 */
export const EVENT_PROPERTIES = {
  type: 'object',
  properties: {
    functionResponseType: { enum: ['ReportBatchItemFailures'] },
    bisectBatchOnFunctionError: { type: 'boolean' },
    maximumRetryAttempts: { type: 'integer', minimum: -1, maximum: 10_000 },
    maximumRecordAgeInSeconds: {
      anyOf: [{ const: -1 }, { type: 'integer', minimum: 60, maximum: 604_800 }],
    },
    destinations: {
      type: 'object',
      properties: { onFailure: { type: 'string', minLength: 1, maxLength: 350 } },
      required: ['onFailure'],
      additionalProperties: false,
    },
  },
} as const;

/** An `msk` event of serverless.yml, after the framework has checked it against its schema and ours. */
export interface MskEvent {
  readonly arn: string | Readonly<Record<string, unknown>>;
  readonly topic: string;
  readonly batchSize?: number;
  readonly maximumBatchingWindow?: number;
  readonly enabled?: boolean;
  readonly startingPosition?: 'LATEST' | 'TRIM_HORIZON' | 'AT_TIMESTAMP';
  readonly consumerGroupId?: string;
  readonly filterPatterns?: readonly unknown[];
  readonly saslScram512?: string;
  /** osls knows the numbers, and lets the name through without writing it. */
  readonly provisionedPollerConfig?: {
    readonly minimumPollers?: number;
    readonly maximumPollers?: number;
    readonly pollerGroupName?: string;
  };
  readonly functionResponseType?: 'ReportBatchItemFailures';
  readonly bisectBatchOnFunctionError?: boolean;
  readonly maximumRetryAttempts?: number;
  readonly maximumRecordAgeInSeconds?: number;
  readonly destinations?: { readonly onFailure: string };
}

/**
 * The mapping that an event declares, for serving it locally. What cannot be served is refused by name.
 * @param functionName full name of the function
 * @throws Error that says what to change
 */
export function mappingOf(event: MskEvent, functionName: string): MappingDeclaration {
  const refuse = (setting: string, why: string): never => {
    throw new Error(
      `The mapping of ${event.topic} to ${functionName} declares ${setting}, which is not served locally: ${why}`,
    );
  };
  const { startingPosition, consumerGroupId } = event;
  if (startingPosition === 'AT_TIMESTAMP') {
    return refuse('startingPosition AT_TIMESTAMP', 'use TRIM_HORIZON or LATEST');
  }
  if (event.filterPatterns !== undefined) return refuse('filterPatterns', 'filter in the function');
  if ((event.maximumRecordAgeInSeconds ?? -1) !== -1) {
    return refuse('maximumRecordAgeInSeconds', 'leave it out, or set it to -1');
  }
  return {
    functionName,
    topic: event.topic,
    // AWS takes the mapping's id, a new one for each mapping; a name that stays is its local like.
    consumerGroupId: consumerGroupId ?? `${functionName}-${event.topic}`,
    ...defined({
      batchSize: event.batchSize,
      maximumBatchingWindow: event.maximumBatchingWindow,
      startingPosition,
      functionResponseType: event.functionResponseType,
      bisectBatchOnFunctionError: event.bisectBatchOnFunctionError,
      maximumRetryAttempts: event.maximumRetryAttempts,
      destinations: event.destinations,
      eventSourceArn: typeof event.arn === 'string' ? event.arn : undefined,
    }),
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}
