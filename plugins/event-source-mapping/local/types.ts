import type { Behaviour } from './behaviour.ts';

/** A record as the poller got it. Bytes are the record's own; null and empty are different things. */
export interface PolledRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly timestampType: 'CREATE_TIME' | 'LOG_APPEND_TIME';
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** In the order of the record, duplicates included. */
  readonly headers: readonly (readonly [name: string, value: Uint8Array | null])[];
}

/** A polled record with its JSON text, made once: batches are measured and assembled from it. */
export interface EncodedRecord extends PolledRecord {
  readonly json: string;
  /** Length of `json` as UTF-8. */
  readonly jsonBytes: number;
  /** Monotonic clock, milliseconds: when it was fetched. */
  readonly polledAtMs: number;
}

/** A function as it would be deployed. */
export interface FunctionDeclaration {
  /** Full name, e.g. `order-service-local-process-orders`. */
  readonly name: string;
  /** Absolute path and export as Lambda takes it: `/project/.build/process-orders.handler`, ending of the file optional. */
  readonly handler: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** The function's own variables; nothing of the parent's environment gets in. */
  readonly environment: Readonly<Record<string, string>>;
}

/** An event source mapping as it was declared; what is left out gets AWS's default. */
export interface MappingDeclaration {
  /** `name` of a FunctionDeclaration. */
  readonly functionName: string;
  readonly topic: string;
  readonly consumerGroupId: string;
  /** 1–10,000; default 100. */
  readonly batchSize?: number;
  /** Whole seconds, 0–300; 0 = at once; left out = 500 ms, which no number can say. */
  readonly maximumBatchingWindow?: number;
  readonly startingPosition?: StartingPosition;
  /** Unix seconds, not in the future; with AT_TIMESTAMP, and only with it. */
  readonly startingPositionTimestamp?: number;
  readonly functionResponseType?: 'ReportBatchItemFailures';
  readonly bisectBatchOnFunctionError?: boolean;
  /** −1 (no limit) to 10,000, without the first attempt. −1 with a destination means 10. */
  readonly maximumRetryAttempts?: number;
  /** −1 (no limit), or 60 to 604,800: a record whose timestamp is longer ago is given up. */
  readonly maximumRecordAgeInSeconds?: number;
  readonly destinations?: { readonly onFailure: string };
  readonly eventSourceArn?: string;
  /** Declared: provisioned mode; left out: on-demand. Pollers scale with the lag between the two numbers. */
  readonly provisionedPollerConfig?: PollerConfig;
  /** Invocations at the same time, whatever the pollers; default: 5 for each of them. */
  readonly concurrency?: number;
}

export type StartingPosition = 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP';

export interface PollerConfig {
  /** 1–200, default 1. */
  readonly minimumPollers?: number;
  /** 1–2,000, default 200. */
  readonly maximumPollers?: number;
  readonly pollerGroupName?: string;
}

/** A mapping with every default filled in. */
export interface Mapping {
  readonly mode: 'provisioned' | 'on-demand';
  readonly functionName: string;
  readonly topic: string;
  readonly groupId: string;
  readonly batchSize: number;
  readonly windowMs: number;
  readonly startingPosition: StartingPosition;
  /** Epoch milliseconds; 0 where the position is another one. */
  readonly startingTimestampMs: number;
  readonly partialResponses: boolean;
  readonly bisect: boolean;
  /** Infinity where there is no limit. */
  readonly retriesMax: number;
  /** Infinity where there is no limit. */
  readonly recordAgeMaxMs: number;
  readonly destinationTopic: string | null;
  readonly eventSourceArn: string;
  /** Invocations at the same time, of all pollers that there can be. */
  readonly concurrency: number;
  readonly pollers: {
    readonly min: number;
    readonly max: number;
    readonly invocationsEach: number;
  };
  readonly behaviour: Behaviour;
}

/** Who hears about what happens. Nothing is thrown. */
export interface EventSourceLog {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** One line that a function wrote, without its line end. */
export interface FunctionOutput {
  readonly functionName: string;
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
}

/** What became of one invocation. `response`: what the handler returned, as JSON text. */
export type InvocationResult =
  | { readonly kind: 'response'; readonly requestId: string; readonly body: string }
  | {
      readonly kind: 'function-error';
      readonly requestId: string;
      readonly errorType: string;
      readonly errorMessage: string;
    };

/**
 * CloudWatch's counters of a mapping, by their documented names and meanings.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export interface MappingCounters {
  PolledEventCount: number;
  /** Counts a record again at each redelivery. */
  InvokedEventCount: number;
  FailedInvokeEventCount: number;
  DroppedEventCount: number;
  OnFailureDestinationDeliveredEventCount: number;
  CommittedEventCount: number;
  PollingErrorCount: number;
  /** Counts batches. */
  InvokeErrorCount: number;
  OnFailureDestinationDeliveryErrorCount: number;
  CommitErrorCount: number;
}
