import { traceparentOf } from '../codec/traceparent.ts';
import { deadLetterId } from '../decide/dead-letter-id.ts';
import { whereBytesAre } from '../decide/left-out.ts';
import { orderName } from '../decide/order-name.ts';
import type { PlannedRetry } from '../decide/retry-plan.ts';
import type { Delivery } from '../model/delivery.ts';
import type { RetryPolicy } from '../model/retry.ts';
import type { Business } from '../ports/business.ts';
import type { Log, LogFields } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { HandOff } from './hand-over.ts';
import { isRedriveOutcome, type Departure } from './redrive-outcome.ts';

/** What people and alarms read about a batch. The texts are the contract's, word for word. */
export interface BatchJournal {
  /** Its due time lies beyond any wait; it starts at `dueMaxMs` (epoch ms) instead. */
  dueTooLate(delivery: Delivery, dueMaxMs: number): void;
  /** Its schema cannot be had at the first try; it is tried again while there is time. */
  notReadableYet(delivery: Delivery, error: Error): void;
  /** The time was over before its schema could be had. */
  notReadable(delivery: Delivery): void;
  started(delivery: Delivery, nowMs: number): void;
  processed(delivery: Delivery): void;
  failed(handOff: HandOff): void;
  /** Not acknowledged at the first try; it is tried again until the deadline. */
  notHandedOver(departure: Departure | undefined, error: Error): void;
  handedOver(handOff: HandOff, planned: PlannedRetry | undefined): void;
  unsettled(departure: Departure, error: Error | undefined): void;
  notStarted(delivery: Delivery): void;
}

export interface JournalDeps {
  readonly business: Pick<Business<unknown>, 'readId'>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly policy: RetryPolicy;
}

/** Nothing of it throws. */
export function createBatchJournal({ business, log, metrics, policy }: JournalDeps): BatchJournal {
  const nameOf = ({ record }: Delivery) => orderName(business.readId(record.value));
  const fieldsOf = (delivery: Delivery): LogFields => {
    const { topic, partition, offset, headers } = delivery.record;
    const { attempt, origin, redrive } = delivery.state;
    return {
      orderId: nameOf(delivery),
      topic,
      partition,
      offset,
      attempt,
      attemptsMax: policy.retriesMax + 1,
      deadLetterId: deadLetterId(origin),
      originTopic: origin.topic,
      originPartition: origin.partition,
      originOffset: origin.offset,
      ...(redrive && { redriveId: redrive.id }),
      ...traceparentOf(headers),
    };
  };
  const failureFields = ({ delivery, failure, failedAtMs }: HandOff): LogFields => ({
    ...fieldsOf(delivery),
    failedAtMs,
    errorType: failure.error.type,
    errorMessage: failure.error.message,
  });
  return {
    dueTooLate(delivery, dueMaxMs) {
      const beyondMs = (delivery.state.notBeforeMs ?? dueMaxMs) - dueMaxMs;
      log.warn(
        `Order ${nameOf(delivery)} is due ${(beyondMs / 1000).toFixed(1)} seconds later than any wait can end: it does not wait that long. Compare the clocks of the functions.`,
        fieldsOf(delivery),
      );
    },
    notReadableYet(delivery, error) {
      const text = 'A record waits for its schema: no attempt is spent on it';
      log.error(text, { ...fieldsOf(delivery), cause: error.message });
    },
    notReadable(delivery) {
      metrics.add('RecordsUnsettled', 1);
      const text =
        'The schema of a record did not come before the deadline: it stays uncommitted and comes again';
      log.error(text, fieldsOf(delivery));
    },
    started({ state, record }, nowMs) {
      if (state.notBeforeMs === undefined) return;
      metrics.add('RetryLateness', nowMs - state.notBeforeMs, { tier: record.topic });
    },
    processed(delivery) {
      metrics.add('RecordsProcessed', 1);
      log.info(`Order ${nameOf(delivery)} processed successfully`, fieldsOf(delivery));
    },
    failed(handOff) {
      const { decision, failure, delivery } = handOff;
      if (decision.kind === 'retry') return;
      const name = nameOf(delivery);
      const text =
        decision.reason === 'retries-exhausted'
          ? `Max retries (${policy.retriesMax}) exceeded for order ${name}. Sending to DLQ...`
          : `Order ${name} cannot be healed by a retry (${decision.reason}). Sending to DLQ...`;
      log.error(text, {
        ...failureFields(handOff),
        reason: decision.reason,
        errorStack: failure.error.stack,
      });
    },
    notHandedOver(departure, error) {
      if (departure === undefined) return;
      const { delivery } = departure;
      const name = nameOf(delivery);
      if (isRedriveOutcome(departure)) {
        const text = `The outcome of redriven order ${name} is not written: the intake topic did not take it. It is tried again.`;
        log.error(text, { ...fieldsOf(delivery), cause: error.message });
        return;
      }
      const { decision } = departure;
      const fields = { ...failureFields(departure), cause: error.message };
      if (decision.kind === 'dead-letter') {
        log.critical(`Failed to send order ${name} to DLQ. Message will be retried.`, fields);
      } else {
        const topic = decision.tier.topic;
        log.error(`Failed to send order ${name} to ${topic}. Message will be retried.`, fields);
      }
    },
    handedOver(handOff, planned) {
      const { decision, delivery, failedAtMs } = handOff;
      if (decision.kind === 'dead-letter') {
        metrics.add('RecordsDeadLettered', 1, { reason: decision.reason });
        if (handOff.leftOut === undefined) return;
        const where = whereBytesAre(delivery.state.origin);
        const text = `Order ${nameOf(delivery)} is too large for its dead letter: ${where}`;
        log.critical(text, failureFields(handOff));
        return;
      }
      metrics.add('RecordsRetried', 1, { tier: decision.tier.topic });
      const { attempt } = delivery.state;
      const waitMs = (planned?.state.notBeforeMs ?? failedAtMs) - failedAtMs;
      const text = `Will retry order ${nameOf(delivery)} in ${(waitMs / 1000).toFixed(1)} seconds (retry ${attempt}/${policy.retriesMax})`;
      log.warn(text, { ...failureFields(handOff), delayMs: waitMs });
    },
    unsettled(departure, error) {
      metrics.add('RecordsUnsettled', 1);
      const name = nameOf(departure.delivery);
      const cause = error?.message;
      if (isRedriveOutcome(departure)) {
        const text = `The outcome of redriven order ${name} could not be written before the deadline: its record stays uncommitted and comes again`;
        log.error(text, { ...fieldsOf(departure.delivery), cause });
        return;
      }
      const text = `Order ${name} could not be handed on before the deadline: it stays uncommitted and comes again`;
      log.error(text, { ...failureFields(departure), cause });
    },
    notStarted(delivery) {
      metrics.add('RecordsUnsettled', 1);
      log.debug('Not started before the deadline: it comes again', fieldsOf(delivery));
    },
  };
}
