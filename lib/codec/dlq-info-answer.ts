import * as z from 'zod/mini';
import { count, described, instant, mark, orNull, text } from './api-schema.ts';

/** Details shown at most. */
export const RETRY_DETAILS_MAX = 100;

/** A record that waits in a retry topic. Where its state is corrupt, what would stand in it is null. */
export const retryDetail = z.strictObject({
  orderId: orNull(z.string(), 'The order id, null where none can be read.'),
  attempt: orNull(z.int(), 'The attempt that comes next; the first one is 1.'),
  dueAt: instant('When it may start; a corrupt one at once.'),
  errorType: text('Class of the last error.'),
  errorMessage: text('Text of the last error.'),
  originalTopic: orNull(z.string(), 'Topic where the record first appeared.'),
  originalPartition: orNull(z.int(), 'Partition where the record first appeared.'),
  originalOffset: orNull(z.int(), 'Offset where the record first appeared.'),
  topic: text('The retry topic it waits in.'),
  partition: count('Partition of the retry topic.'),
  offset: count('Offset in the partition.'),
});

export type RetryDetail = z.infer<typeof retryDetail>;

export const dlqInfoAnswer = z.strictObject({
  success: z.literal(true),
  dlqConfig: z.strictObject({
    dlqTopic: text('The topic of dead letters.'),
    maxRetries: count('Retries after the first attempt.'),
    initialBackoffMs: count('Wait before the first retry.'),
    maxBackoffMs: count('Upper bound of any wait.'),
  }),
  consumerStats: z.strictObject({
    isRunning: described(
      z.boolean(),
      'True while the consumer group of the order topic is stable and has a member that holds a partition of it: asked of the cluster.',
    ),
    messagesInRetry: count('Records that wait in retry topics now.'),
    retryTrackerDetails: described(z.array(retryDetail), 'At most 100, the next due first.'),
    truncated: mark('There where more wait than are shown.'),
    missingTopics: described(
      z.optional(z.array(z.string())),
      'Retry topics that do not exist, where there are any: create them.',
    ),
  }),
});

export type DlqInfo = Omit<z.infer<typeof dlqInfoAnswer>, 'success'>;
