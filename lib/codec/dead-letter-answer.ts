import * as z from 'zod/mini';
import { DEAD_LETTER_STATES, HISTORY_KINDS } from '../model/dead-letter.ts';
import { REASONS } from '../model/failure.ts';
import { count, described, instant, mark, orNull, text } from './api-schema.ts';

const ID_REMEDY = 'write the id of a dead letter as /api/dlq/messages shows it, 32 of 0-9, a-f';

/** `GET /api/dlq/messages/{id}`: the path. */
export const deadLetterPath = z.strictObject({
  id: described(
    z.string(ID_REMEDY).check(z.regex(/^[0-9a-f]{32}$/, ID_REMEDY)),
    'Id of the dead letter.',
  ),
});

/** The contract's eleven fields. */
const elevenFields = {
  originalMessage: orNull(
    z.string(),
    'The original value as text; base64 where it is not UTF-8; null where the record had no value, or where it is left out.',
  ),
  errorMessage: text('What went wrong.'),
  errorType: text('Class name of the error.'),
  retryCount: count('Retries made.'),
  failedAttempts: count('All attempts made: the first one and the retries.'),
  firstFailureTimestamp: instant('First failure.'),
  lastFailureTimestamp: instant('Last failure.'),
  originalTopic: text('Topic where the record first appeared.'),
  originalPartition: count('Partition where the record first appeared.'),
  originalOffset: count('Offset where the record first appeared.'),
  consumerGroup: text('Consumer group of the service that failed to process it.'),
};

const lastRedrive = z.strictObject({
  id: text('Id of the job: `GET /api/dlq/redrives/{id}`.'),
  count: count('Which redrive of this dead letter it is, from 1.'),
  claimedAt: instant('When it was taken for it.'),
  staleAt: instant('Without an outcome by then it is stale.'),
  outcome: orNull(
    z.enum(['resolved', 'failed', 'released']),
    'How it ended: processed, failed for good again, or called off before it was sent; null: not known yet.',
  ),
});

const always = {
  id: text('Id of the dead letter: the same through retries, duplicates and redrives.'),
  reason: described(z.enum(REASONS), 'Why it is here.'),
  state: described(z.enum(DEAD_LETTER_STATES), 'What is happening with it.'),
  orderId: orNull(z.string(), 'The order id, null where none can be read.'),
  arrivedAt: instant('When it got into the DLQ: what the list is sorted by.'),
  changedAt: instant('Its last change.'),
  group: orNull(
    z.string(),
    'Fingerprint of its failure: those of one cause share it. null where nothing is known of that.',
  ),
  redriveCount: count('How often it was processed again.'),
  redrive: orNull(lastRedrive, 'The last time that it was processed again; null: never.'),
  stale: mark(
    'There where it is being redriven, and its outcome is overdue: it can be redriven again.',
  ),
  originalMessageEncoding: orNull(
    z.enum(['utf-8', 'base64']),
    'How `originalMessage` is written; null where the record had no value.',
  ),
  originalMessageTruncated: mark('There where `originalMessage` is cut or left out.'),
  bytesMissing: mark('There where the exact bytes are gone: resolved, purged, or never stored.'),
};

/** A message of the list. */
export const listedMessage = z.strictObject({ ...always, ...elevenFields });

export const listAnswer = z.strictObject({
  success: z.literal(true),
  dlqTopic: text('The topic of dead letters.'),
  messageCount: count('Messages on this page.'),
  messages: described(z.array(listedMessage), 'Newest first by when they got there.'),
  nextCursor: orNull(z.string(), 'Give it as `cursor` to read on; null on the last page.'),
});

const base64 = (description: string) =>
  described(z.nullable(z.string()), description, { contentEncoding: 'base64' });

const place = (description: string) =>
  described(
    z.strictObject({ topic: z.string(), partition: z.int(), offset: z.int() }),
    description,
  );

const historyEntry = z.strictObject({
  at: instant('When.'),
  what: described(z.enum(HISTORY_KINDS), 'What happened.'),
  by: text('Who: an IAM principal, the subject of a JWT, `local`, or a function of the service.'),
  from: orNull(z.enum(DEAD_LETTER_STATES), 'State before; null: there was none.'),
  to: described(z.enum(DEAD_LETTER_STATES), 'State after.'),
  jobId: z.optional(text('The job that it belongs to.')),
  invocation: z.optional(text('Request id of the invocation that wrote it down.')),
  reason: z.optional(text('Why, in the operator’s words.')),
  error: z.optional(
    described(z.strictObject({ type: z.string(), message: z.string() }), 'What went wrong.'),
  ),
});

const header = z.strictObject({
  key: z.string(),
  value: base64('Base64; null where it has no value.'),
});

/** Fields that an answer within Lambda's limit may have to leave out, the largest first. */
export const OMITTABLE = ['originalValue', 'originalHeaders', 'originalKey'] as const;

/** The whole envelope; what only the envelope says is absent where it is gone (`bytesMissing`). */
export const wholeMessage = z.strictObject({
  ...always,
  ...elevenFields,
  originalKey: base64('The exact key, base64; null where the record had none.'),
  originalValue: base64(
    'The exact value, base64; null where the record had none, "" where it was empty.',
  ),
  originalHeaders: described(z.array(header), 'In the order of the record, duplicates included.'),
  omitted: described(
    z.optional(z.array(z.enum(OMITTABLE))),
    'There where the bytes would not fit into an answer: the fields left out. Read the record at `envelopeAt`.',
  ),
  envelopeAt: place('Where the envelope lies in the DLQ topic.'),
  totalAttempts: count('Attempts over all redrives.'),
  history: described(
    z.array(historyEntry),
    'Its changes, the newest last; of a long history the first one and the newest.',
  ),
  schemaVersion: z.optional(count('Version of the envelope.')),
  originalTimestamp: described(
    z.optional(z.int()),
    'Timestamp of the record where it first appeared, epoch milliseconds.',
  ),
  valueSizeBytes: described(
    z.optional(z.nullable(z.int())),
    'Size of the value, where it is known.',
  ),
  valueSha256: described(
    z.optional(z.nullable(z.string())),
    'Hash of the value, where it is known.',
  ),
  failedAt: z.optional(place('Where the record lay when it failed for the last time.')),
  errorStack: described(z.optional(z.nullable(z.string())), 'Stack of the last error, bounded.'),
  errorCauses: described(
    z.optional(z.array(z.strictObject({ type: z.string(), message: z.string() }))),
    'Its chain of causes, outermost first.',
  ),
  by: described(
    z.optional(
      z.strictObject({
        functionName: z.string(),
        functionVersion: z.string(),
        requestId: z.string(),
      }),
    ),
    'The function that gave the record up.',
  ),
  unknownFields: described(
    z.optional(z.record(z.string(), z.unknown())),
    'There where a newer version of the service wrote it: what this one does not know, as it is.',
  ),
});

export const getAnswer = z.strictObject({ success: z.literal(true), message: wholeMessage });

export type ListedMessage = z.infer<typeof listedMessage>;
export type WholeMessage = z.infer<typeof wholeMessage>;
