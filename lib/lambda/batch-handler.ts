import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { toBatchResponse } from '../codec/batch-response.ts';
import { decodeMskEvent, type PartitionBatch } from '../codec/msk-event.ts';
import type { FunctionIdentity } from '../model/dead-letter.ts';
import { AppError } from '../model/errors.ts';
import type { KafkaBatchResponse, RecordOutcome } from '../model/outcome.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { FieldedLog } from './log.ts';
import type { FlushableMetrics } from './metrics.ts';

/** One invocation, as a flow sees it. */
export interface BatchInvocation {
  /** Epoch ms by which the function must have answered. */
  readonly deadlineMs: number;
  readonly identity: FunctionIdentity;
  readonly log: Log;
}

export interface WiredBatch {
  /** Never rejects; one outcome for each record. */
  run(
    batch: readonly PartitionBatch[],
    invocation: BatchInvocation,
  ): Promise<readonly RecordOutcome[]>;
  /** What the live mapping does: true where it takes partial responses. */
  readonly partialResponses: boolean;
  readonly clock: Clock;
  readonly log: FieldedLog;
  readonly metrics: FlushableMetrics;
}

/**
 * A flow → a Lambda handler behind an MSK event source mapping. Unsettled records are listed where the mapping takes
 * partial responses; otherwise the answer would be ignored and they would be lost, so the invocation fails.
 * https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
 */
export function batchHandler(wired: WiredBatch) {
  const flushMetrics = () => wired.metrics.flush();
  return middy<unknown, KafkaBatchResponse>()
    .use({ after: flushMetrics, onError: flushMetrics })
    .handler(async (event: unknown, context: Context) => {
      const batch = decodeMskEvent(event);
      const outcomes = await wired.run(batch, toInvocation(context, wired));
      const response = toBatchResponse(outcomes);
      if (response.batchItemFailures.length > 0 && !wired.partialResponses) {
        throw unsettledError(response, outcomes.length);
      }
      return response;
    });
}

function toInvocation(context: Context, { clock, log }: WiredBatch): BatchInvocation {
  const identity = {
    functionName: context.functionName,
    functionVersion: context.functionVersion,
    requestId: context.awsRequestId,
  };
  return {
    deadlineMs: clock.nowMs() + context.getRemainingTimeInMillis(),
    identity,
    log: log.withFields({ ...identity }),
  };
}

function unsettledError({ batchItemFailures }: KafkaBatchResponse, total: number): AppError {
  const first = batchItemFailures
    .slice(0, 5)
    .map(({ itemIdentifier }) => `${itemIdentifier.partition}@${itemIdentifier.offset}`);
  return new AppError(
    'RECORDS_UNSETTLED',
    `${batchItemFailures.length} of ${total} records are unsettled (${first.join(', ')}${batchItemFailures.length > 5 ? ', …' : ''}): the batch fails so that AWS brings it again`,
  );
}
