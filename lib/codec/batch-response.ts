import type { KafkaBatchResponse, RecordOutcome } from '../model/outcome.ts';

/**
 * Outcomes → AWS's answer: every unsettled record, and nothing else. An identifier that was not in the event would
 * make AWS bring the whole batch again.
 * https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
 */
export function toBatchResponse(outcomes: readonly RecordOutcome[]): KafkaBatchResponse {
  return {
    batchItemFailures: outcomes
      .filter((outcome) => outcome.kind === 'unsettled')
      .map(({ topic, partition, offset }) => ({
        itemIdentifier: { partition: `${topic}-${partition}`, offset },
      })),
  };
}
