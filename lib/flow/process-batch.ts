import { readDelivery } from '../codec/delivery.ts';
import type { PartitionBatch } from '../codec/msk-event.ts';
import { plausibleDueMs } from '../decide/readiness.ts';
import { decideRetry } from '../decide/retry-decision.ts';
import type { Delivery } from '../model/delivery.ts';
import { isRegistryUnavailable } from '../model/errors.ts';
import type { RecordOutcome } from '../model/outcome.ts';
import type { RecordPublisher } from '../ports/record-publisher.ts';
import { attemptRecord, type AttemptDeps } from './attempt.ts';
import type { BatchJournal } from './batch-journal.ts';
import { createHandOverQueue, type HandOverQueue } from './hand-over-queue.ts';
import {
  deliverableHandOff,
  laneOf,
  smallerHandOff,
  toRequest,
  type HandOff,
  type HandOverSettings,
} from './hand-over.ts';
import { pause } from './pause.ts';
import { isRedriveOutcome, toOutcomeRequest, type Departure } from './redrive-outcome.ts';
import { runPartition } from './run-partition.ts';

export interface ProcessBatchDeps extends AttemptDeps, HandOverSettings {
  readonly publisher: RecordPublisher;
  readonly journal: BatchJournal;
  readonly orderTopic: string;
  readonly concurrencyMax: number;
}

export interface Deadlines {
  /** Epoch ms; no record is started after it. */
  readonly latestStartMs: number;
  /** Epoch ms; what is not acknowledged by then is unsettled. */
  readonly handOverMs: number;
}

type OutcomeKind = RecordOutcome['kind'];
type Queue = HandOverQueue<Departure, OutcomeKind>;

/**
 * Attempts every record, and hands over together the failed ones and the outcomes of the redriven ones. A record is
 * settled (processed, and if it was redriven its outcome was acknowledged by the brokers; or its copy was) or it is not.
 * Never rejects; one outcome for each record.
 */
export async function processBatch(
  batch: readonly PartitionBatch[],
  deadlines: Deadlines,
  deps: ProcessBatchDeps,
): Promise<readonly RecordOutcome[]> {
  const queue: Queue = createHandOverQueue(
    (departures, acknowledged) => handOver(departures, deadlines.handOverMs, deps, acknowledged),
    deps.clock,
  );
  const outcomes: Promise<RecordOutcome>[] = [];
  const settle = (delivery: Delivery, kind: OutcomeKind | Promise<OutcomeKind>) =>
    outcomes.push(Promise.resolve(kind).then((known) => toOutcome(delivery, known)));

  // Whatever goes wrong with a hand-over, its record is in doubt, and that means unsettled.
  const handOverLater = (departure: Departure): Promise<OutcomeKind> =>
    queue.add(departure, laneOfDeparture(departure)).catch((error: unknown) => {
      deps.journal.unsettled(departure, error as Error);
      return 'unsettled';
    });

  const run = async (delivery: Delivery): Promise<void> => {
    if (!(await isReadable(delivery, deadlines.latestStartMs, deps))) {
      deps.journal.notReadable(delivery);
      settle(delivery, 'unsettled');
      return;
    }
    const departure = await attempt(delivery, deps);
    settle(delivery, departure === undefined ? 'processed' : handOverLater(departure));
  };
  const { latestStartMs } = deadlines;
  const readAtMs = deps.clock.nowMs();
  const left = await Promise.all(
    batch.map(({ records }) => {
      const deliveries = records.map((record) =>
        plausible(readDelivery(record, deps.orderTopic), readAtMs, latestStartMs, deps),
      );
      return runPartition(deliveries, run, { ...deps, latestStartMs });
    }),
  );
  queue.flush();
  for (const delivery of left.flat()) {
    deps.journal.notStarted(delivery);
    settle(delivery, 'unsettled');
  }
  return Promise.all(outcomes);
}

/** The delivery with a due time that it can truly have. */
function plausible(
  delivery: Delivery,
  readAtMs: number,
  latestStartMs: number,
  { journal, policy }: ProcessBatchDeps,
): Delivery {
  const { state } = delivery;
  if (state.notBeforeMs === undefined) return delivery;
  const notBeforeMs = plausibleDueMs(state.notBeforeMs, policy, readAtMs, latestStartMs);
  if (notBeforeMs === state.notBeforeMs) return delivery;
  journal.dueTooLate(delivery, notBeforeMs);
  return { ...delivery, state: { ...state, notBeforeMs } };
}

/**
 * Whether all is there that reading the record needs (its schema). That a registry does not answer is not the record's
 * fault: no attempt is spent on it, and it is asked again for as long as a record may be started.
 */
async function isReadable(
  { record, ...delivery }: Delivery,
  latestStartMs: number,
  { business, clock, journal }: ProcessBatchDeps,
): Promise<boolean> {
  const { value } = record;
  if (value === null || business.prepare === undefined) return true;
  for (let tries = 0; ; tries++) {
    try {
      await business.prepare(value);
      return true;
    } catch (error) {
      if (!isRegistryUnavailable(error)) return true; // Whatever it is, decoding says it better.
      if (tries === 0) journal.notReadableYet({ record, ...delivery }, error as Error);
    }
    if (clock.nowMs() >= latestStartMs) return false;
    await pause(tries, latestStartMs, clock);
  }
}

/** undefined: it was processed, and nobody waits for its outcome. */
async function attempt(delivery: Delivery, deps: ProcessBatchDeps): Promise<Departure | undefined> {
  deps.journal.started(delivery, deps.clock.nowMs());
  const failure = await attemptRecord(delivery, deps);
  if (failure === undefined) {
    deps.journal.processed(delivery);
    const { redrive } = delivery.state;
    return redrive && { delivery, redrive, processedAtMs: deps.clock.nowMs() };
  }
  const decision = decideRetry(failure, delivery.state.attempt, deps.policy);
  const handOff = { delivery, failure, failedAtMs: deps.clock.nowMs(), decision };
  deps.journal.failed(handOff);
  return handOff;
}

/**
 * Retries of one key keep their order. An outcome holds up nobody: a dead letter is folded to the same end in whatever
 * order its events come.
 */
function laneOfDeparture(departure: Departure): string | undefined {
  return isRedriveOutcome(departure) ? undefined : laneOf(departure);
}

/** Never rejects; one outcome for each departure, in their order. */
async function handOver(
  leaving: readonly Departure[],
  deadlineMs: number,
  deps: ProcessBatchDeps,
  onAcknowledged?: (index: number) => void,
): Promise<readonly OutcomeKind[]> {
  const readId = ({ delivery }: HandOff) => deps.business.readId(delivery.record.value);
  const departures = leaving.map((departure) =>
    isRedriveOutcome(departure) ? departure : deliverableHandOff(departure, readId(departure)),
  );
  const requests = departures.map((departure) =>
    isRedriveOutcome(departure) ? toOutcomeRequest(departure, deps) : toRequest(departure, deps),
  );
  const answers = await deps.publisher.publish(requests, {
    deadlineMs,
    onFirstFailure: (index, error) => deps.journal.notHandedOver(departures[index], error),
    ...(onAcknowledged && { onAcknowledged }),
  });
  return Promise.all(
    departures.map(async (departure, index): Promise<OutcomeKind> => {
      const answer = answers[index];
      if (answer?.kind === 'acknowledged') {
        if (isRedriveOutcome(departure)) return 'processed';
        deps.journal.handedOver(departure, requests[index]?.planned());
        return departure.decision.kind === 'retry' ? 'retried' : 'dead-lettered';
      }
      if (answer?.kind === 'too-large') {
        const smaller = isRedriveOutcome(departure)
          ? undefined
          : smallerHandOff(departure, answer.error, readId(departure));
        if (smaller !== undefined) {
          const [kind] = await handOver([smaller], deadlineMs, deps);
          return kind ?? 'unsettled';
        }
        // The publisher does not try that again, so nobody else has said it.
        deps.journal.notHandedOver(departure, answer.error);
      }
      deps.journal.unsettled(departure, answer?.error);
      return 'unsettled';
    }),
  );
}

function toOutcome({ record }: Delivery, kind: OutcomeKind): RecordOutcome {
  const { topic, partition, offset } = record;
  return { topic, partition, offset, kind };
}
