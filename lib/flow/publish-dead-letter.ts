import { orderName } from '../decide/order-name.ts';
import type { RecordOutcome } from '../model/outcome.ts';
import type { ConsumedRecord } from '../model/record.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import { createDeadLetterJournal } from './dead-letter-journal.ts';
import { createEndJournal } from './end-journal.ts';
import { createDlqWriter, type EnvelopeWriterDeps } from './envelope-writer.ts';
import { toIntakeEvent } from './intake-failure.ts';
import { mapBounded } from './map-bounded.ts';
import { waitAtMost } from './pause.ts';
import { readAhead } from './read-ahead.ts';
import {
  settleDeadLetter,
  type DeadLetterEvent,
  type SettleDeadLetterDeps,
} from './settle-dead-letter.ts';
import { orderIdOf } from './settle-failure.ts';

/** Dead letters that are folded side by side. */
const CONCURRENCY_MAX = 32;

export interface PublishDeadLettersDeps
  extends EnvelopeWriterDeps, Omit<SettleDeadLetterDeps, 'writer' | 'readItem'> {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly orderTopic: string;
}

type Letter = DeadLetterEvent & { readonly record: ConsumedRecord };

/**
 * The one writer of the DLQ topic and the index: folds a batch of intake records into the state of their dead letters.
 * Those of different dead letters side by side, the events of one strictly in their order. Never rejects.
 *
 * @param records of several partitions, those of one partition in ascending offsets
 * @param deadlineMs epoch ms: what is not in topic and index by then is unsettled
 * @returns one outcome for each record, in their order
 */
export async function publishDeadLetters(
  records: readonly ConsumedRecord[],
  deadlineMs: number,
  deps: PublishDeadLettersDeps,
): Promise<readonly RecordOutcome[]> {
  const { clock } = deps;
  const nowMs = clock.nowMs();
  const letters = records.map((record) => toLetter(record, nowMs, deps));
  const ids = letters.map(({ event }) => event.id);
  const readItem = readAhead(ids, deps.index);
  const settling = { ...deps, readItem, writer: createDlqWriter(deadlineMs, deps) };
  const kinds = new Map<ConsumedRecord, RecordOutcome['kind']>();

  const settleInOrder = async (lettersOfOne: readonly Letter[]): Promise<void> => {
    for (const letter of lettersOfOne) {
      kinds.set(letter.record, await settleDeadLetter(letter, deadlineMs, settling));
    }
  };

  // An index that hangs must not hold up the answer.
  const settled = mapBounded(byDeadLetter(letters), CONCURRENCY_MAX, settleInOrder);
  await waitAtMost(settled, deadlineMs, clock);

  return letters.map(({ record, journal }) => {
    const { topic, partition, offset } = record;
    const kind = kinds.get(record) ?? 'unsettled';
    if (kind === 'unsettled') journal.unsettled({ topic, partition, offset });
    return { topic, partition, offset, kind };
  });
}

function toLetter(record: ConsumedRecord, nowMs: number, deps: PublishDeadLettersDeps): Letter {
  const event = toIntakeEvent(record, { ...deps, nowMs });
  if (event.kind !== 'failed') {
    return { kind: 'end', record, event, journal: createEndJournal(event, deps) };
  }
  const nameOf = () => orderName(orderIdOf(event, deps.business));
  return { kind: 'failure', record, event, journal: createDeadLetterJournal(event, nameOf, deps) };
}

function byDeadLetter(letters: readonly Letter[]): Letter[][] {
  return [...Map.groupBy(letters, ({ event }) => event.id).values()];
}
