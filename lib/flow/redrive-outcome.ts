import { deadLetterId } from '../decide/dead-letter-id.ts';
import type { ProcessedEvent } from '../model/dead-letter.ts';
import type { Delivery } from '../model/delivery.ts';
import type { Redrive } from '../model/retry.ts';
import {
  toIntakeRequest,
  type HandOff,
  type HandOverRequest,
  type HandOverSettings,
} from './hand-over.ts';

/**
 * A redriven record that was processed. Its dead letter is resolved by the event about it alone, so the record is not
 * settled before that event is acknowledged.
 */
export interface RedriveOutcome {
  readonly delivery: Delivery;
  readonly redrive: Redrive;
  readonly processedAtMs: number;
}

/** What has to be acknowledged before its record is settled. */
export type Departure = HandOff | RedriveOutcome;

export function isRedriveOutcome(departure: Departure): departure is RedriveOutcome {
  return 'redrive' in departure;
}

/** The event that tells the outcome, on its way to the intake. */
export function toOutcomeRequest(
  { delivery, redrive, processedAtMs }: RedriveOutcome,
  { identity, intakeTopic }: HandOverSettings,
): HandOverRequest {
  const { origin, attempt } = delivery.state;
  const event: ProcessedEvent = {
    kind: 'processed',
    id: deadLetterId(origin),
    origin,
    redrive,
    attempts: attempt,
    processedAtMs,
    by: identity,
  };
  return toIntakeRequest(event, intakeTopic);
}
