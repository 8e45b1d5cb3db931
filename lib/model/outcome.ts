import type { TopicPartitionOffset } from './record.ts';

/** How a record ended in this invocation. Settled is everything but `unsettled`: there is no third way out. */
export type RecordOutcome = TopicPartitionOffset & {
  readonly kind: 'processed' | 'retried' | 'dead-lettered' | 'unsettled';
};

/**
 * Kafka's item identifier: an object, not the flat string of SQS and Kinesis. `partition` is the key of
 * `event.records`. `@types/aws-lambda` 8.10.164 has no such type and calls the MSK handler's result void.
 * https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
 */
export interface KafkaItemIdentifier {
  readonly partition: string;
  readonly offset: number;
}

export interface KafkaBatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: KafkaItemIdentifier }[];
}
