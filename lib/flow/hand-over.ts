import { encodeIntakeEvent, isDeliverable } from '../codec/intake-event.ts';
import { fitsInvocation } from '../codec/payload-size.ts';
import { writeRetryState } from '../codec/retry-state.ts';
import { deadLetterId } from '../decide/dead-letter-id.ts';
import { toErrorSummary, withLastCause } from '../decide/error-detail.ts';
import { bytesLeftOut, summarizeRecord } from '../decide/left-out.ts';
import { partitionOfKey } from '../decide/partition.ts';
import { planRetry, type PlannedRetry } from '../decide/retry-plan.ts';
import type {
  FailedEvent,
  FunctionIdentity,
  IntakeEvent,
  RecordSummary,
} from '../model/dead-letter.ts';
import type { Delivery } from '../model/delivery.ts';
import type { ErrorDetail, Failure, RetryDecision } from '../model/failure.ts';
import type { ErrorSummary, RetryPolicy } from '../model/retry.ts';
import type { RecordContent } from '../model/record.ts';
import type { PublishRequest } from '../ports/record-publisher.ts';

/** A failed attempt and what was decided about it. */
export interface HandOff {
  readonly delivery: Delivery;
  readonly failure: Failure;
  readonly failedAtMs: number;
  readonly decision: RetryDecision;
  /** There where an event with the record's bytes would be too large: it is handed over without them. */
  readonly leftOut?: RecordSummary;
}

export interface HandOverSettings {
  readonly policy: RetryPolicy;
  readonly intakeTopic: string;
  readonly identity: FunctionIdentity;
}

/** What will be written, and the place and wait that it got (known once it was built). */
export interface HandOverRequest extends PublishRequest {
  planned(): PlannedRetry | undefined;
}

/** The record that carries a failed delivery on: to its retry tier, or as an event to the intake. */
export function toRequest(handOff: HandOff, settings: HandOverSettings): HandOverRequest {
  return handOff.decision.kind === 'retry'
    ? toRetryRequest(handOff, handOff.decision.tier, settings.policy)
    : toIntakeRequest(toFailedEvent(handOff, settings), settings.intakeTopic);
}

/** Retries of one key keep their order within a tier; dead letters need none. */
export function laneOf({ delivery, decision }: HandOff): string | undefined {
  const { key } = delivery.record;
  if (decision.kind !== 'retry' || key === null) return undefined;
  return `${decision.tier.topic}/${Buffer.from(key).toString('latin1')}`;
}

function toRetryRequest(
  { delivery, failure, failedAtMs }: HandOff,
  tier: PlannedTier,
  policy: RetryPolicy,
): HandOverRequest {
  const error = toErrorSummary(failure.error);
  let planned: PlannedRetry | undefined;
  return {
    topic: tier.topic,
    planned: () => planned,
    build: (partitionCount) => {
      planned = planRetry({ delivery, tier, failedAtMs, error }, policy, partitionCount);
      const { key, value, headers } = delivery.record;
      const { partition, state } = planned;
      return { partition, key, value, headers: writeRetryState(headers, state) };
    },
  };
}

type PlannedTier = Extract<RetryDecision, { kind: 'retry' }>['tier'];

/** An event on its way to the intake; its dead letter's id decides the partition. */
export function toIntakeRequest(event: IntakeEvent, topic: string): HandOverRequest {
  const content = encodeIntakeEvent(event);
  return {
    topic,
    planned: () => undefined,
    build: (count) => ({ ...content, partition: partitionOfKey(content.key, count) }),
  };
}

const WITHOUT_BYTES: RecordContent = { key: null, value: null, headers: [] };

function toFailedEvent(handOff: HandOff, { identity }: HandOverSettings): FailedEvent {
  const { delivery, failure, failedAtMs, decision, leftOut } = handOff;
  const { record, state } = delivery;
  const { topic, partition, offset, key, value, headers } = record;
  return {
    kind: 'failed',
    id: deadLetterId(state.origin),
    reason: decision.kind === 'dead-letter' ? decision.reason : 'retries-exhausted',
    attempts: state.attempt,
    firstFailedAtMs: state.firstFailedAtMs ?? failedAtMs,
    lastFailedAtMs: failedAtMs,
    origin: state.origin,
    failedAt: { topic, partition, offset },
    error: failure.error,
    by: identity,
    record: leftOut === undefined ? { key, value, headers } : WITHOUT_BYTES,
    ...(leftOut && { leftOut }),
    ...(state.redrive && { redrive: state.redrive }),
  };
}

/**
 * What to hand over instead of what its topic refused for its size, for no waiting makes that smaller: instead of a retry
 * a dead letter, instead of a dead letter one without the record's bytes. undefined: there is nothing smaller.
 *
 * @param orderId that people know the record by; undefined where none can be read
 */
export function smallerHandOff(
  handOff: HandOff,
  refusal: Error,
  orderId: string | undefined,
): HandOff | undefined {
  if (handOff.decision.kind === 'retry') return withoutRetry(handOff, refusal.message);
  return handOff.leftOut === undefined ? withoutBytes(handOff, orderId) : undefined;
}

/**
 * What no invocation could carry would lie on its topic and be lost there: a retry is a dead letter then, and a dead
 * letter goes without its record's bytes.
 */
export function deliverableHandOff(handOff: HandOff, orderId: string | undefined): HandOff {
  const { decision, leftOut, delivery } = handOff;
  if (decision.kind === 'retry') {
    if (fitsInvocation(delivery.record)) return handOff;
    const message =
      'As an event of AWS the record is over 6 MB, so no function could be given its retry';
    return deliverableHandOff(withoutRetry(handOff, message), orderId);
  }
  if (leftOut !== undefined || isDeliverable(delivery.record)) return handOff;
  return withoutBytes(handOff, orderId);
}

function withoutRetry(handOff: HandOff, message: string): HandOff {
  const error = withCause(handOff.failure, { type: 'RetryRecordTooLarge', message });
  const reason = 'non-retriable';
  const failure = { retriable: false, reason, error } as const;
  return { ...handOff, failure, decision: { kind: 'dead-letter', reason } };
}

function withoutBytes(handOff: HandOff, orderId: string | undefined): HandOff {
  const { delivery, failure } = handOff;
  const error = withCause(failure, bytesLeftOut(delivery.state.origin));
  const summary = summarizeRecord(delivery.record, orderId);
  return { ...handOff, failure: { ...failure, error }, leftOut: summary };
}

function withCause({ error }: Failure, cause: ErrorSummary): ErrorDetail {
  return { ...error, causes: withLastCause(error.causes, cause) };
}
