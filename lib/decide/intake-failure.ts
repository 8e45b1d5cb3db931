import type { AwsWrapper } from '../model/aws-wrapper.ts';
import type { FailedEvent, FunctionIdentity } from '../model/dead-letter.ts';
import type { Delivery } from '../model/delivery.ts';
import type { ErrorDetail } from '../model/failure.ts';
import type { ConsumedRecord } from '../model/record.ts';
import { deadLetterId } from './dead-letter-id.ts';
import { foundError } from './error-detail.ts';

/**
 * The failure that a record became when AWS gave it up: nobody could write an event about it, for no code of ours came
 * to its end. Attempts are counted as our headers count them. Pure, total.
 *
 * @param delivery the wrapped record, read by the rule of its own topic
 * @param nowMs stands in where AWS's time is none
 */
export function toUndeliveredEvent(
  wrapper: AwsWrapper,
  { record, state, corruptState }: Delivery,
  nowMs: number,
): FailedEvent {
  const lastFailedAtMs = Math.max(0, wrapper.givenUpAtMs ?? nowMs);
  const givenUp = { type: wrapper.condition, message: givenUpText(wrapper) };
  const error =
    corruptState === undefined
      ? foundError(givenUp, state.error && [state.error])
      : foundError({ type: 'CorruptRetryStateError', message: corruptState }, [givenUp]);
  return {
    ...failedEvent(record, error),
    id: deadLetterId(state.origin),
    reason: corruptState === undefined ? 'delivery-exhausted' : 'corrupt-retry-state',
    attempts: state.attempt,
    firstFailedAtMs: state.firstFailedAtMs ?? lastFailedAtMs,
    lastFailedAtMs,
    origin: state.origin,
    by: wrapper.by,
    ...(state.redrive && { redrive: state.redrive }),
  };
}

function givenUpText({ condition, functionError, invocationsAbout, by }: AwsWrapper): string {
  const gaveUp = `AWS Lambda gave the record up: ${condition}`;
  if (functionError === undefined) return `${gaveUp}, the function was not invoked`;
  const times = invocationsAbout === undefined ? '' : ` in about ${invocationsAbout} invocations`;
  return `${gaveUp}, the function failed with "${functionError}"${times}; the log of request ${by.requestId} has the cause`;
}

/**
 * An intake record that nobody can read, as a dead letter of its own: the bytes are kept and people can look at them.
 * Its origin is the intake record itself, and its reason `undecodable`, for that is what bytes are that are nothing
 * known. Pure, total.
 *
 * @param detail what is wrong with it
 */
export function toUnreadableEvent(
  record: ConsumedRecord,
  detail: string,
  by: FunctionIdentity,
  nowMs: number,
): FailedEvent {
  const { topic, partition, offset, timestampMs } = record;
  const origin = { topic, partition, offset, timestampMs };
  const message = `The intake record is neither an event of ours nor one of AWS's wrappers: ${detail}`;
  return {
    ...failedEvent(record, foundError({ type: 'UnreadableIntakeRecord', message })),
    id: deadLetterId(origin),
    reason: 'undecodable',
    attempts: 1,
    firstFailedAtMs: nowMs,
    lastFailedAtMs: nowMs,
    origin,
    by,
  };
}

function failedEvent(record: ConsumedRecord, error: ErrorDetail) {
  const { topic, partition, offset, key, value, headers } = record;
  return {
    kind: 'failed' as const,
    failedAt: { topic, partition, offset },
    error,
    record: { key, value, headers },
  };
}
