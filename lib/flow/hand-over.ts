import { encodeIntakeEvent } from '../codec/intake-event.ts';
import { writeRetryState } from '../codec/retry-state.ts';
import { deadLetterId } from '../decide/dead-letter-id.ts';
import { toErrorSummary } from '../decide/error-detail.ts';
import { partitionOfKey } from '../decide/partition.ts';
import { planRetry, type PlannedRetry } from '../decide/retry-plan.ts';
import type { FailedEvent, FunctionIdentity } from '../model/dead-letter.ts';
import type { Delivery } from '../model/delivery.ts';
import type { Failure, RetryDecision } from '../model/failure.ts';
import type { RetryPolicy } from '../model/retry.ts';
import type { PublishRequest } from '../ports/record-publisher.ts';

/** A failed attempt and what was decided about it. */
export interface HandOff {
  readonly delivery: Delivery;
  readonly failure: Failure;
  readonly failedAtMs: number;
  readonly decision: RetryDecision;
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

function toIntakeRequest(event: FailedEvent, topic: string): HandOverRequest {
  const content = encodeIntakeEvent(event);
  return {
    topic,
    planned: () => undefined,
    build: (count) => ({ ...content, partition: partitionOfKey(content.key, count) }),
  };
}

function toFailedEvent(handOff: HandOff, { identity }: HandOverSettings): FailedEvent {
  const { delivery, failure, failedAtMs, decision } = handOff;
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
    record: { key, value, headers },
    ...(state.redrive && { redrive: state.redrive }),
  };
}

/** A record that its tier refuses for its size goes to the intake at once: no waiting makes it smaller. */
export function asTooLarge(handOff: HandOff, refusal: Error): HandOff {
  const { error } = handOff.failure;
  const causes = [...error.causes, { type: 'RetryRecordTooLarge', message: refusal.message }];
  return {
    ...handOff,
    failure: { retriable: false, reason: 'non-retriable', error: { ...error, causes } },
    decision: { kind: 'dead-letter', reason: 'non-retriable' },
  };
}
