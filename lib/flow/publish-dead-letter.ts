import type { FunctionIdentity, IntakeEvent } from '../model/dead-letter.ts';
import type { RecordOutcome } from '../model/outcome.ts';
import type { ConsumedRecord } from '../model/record.ts';
import { createEnvelopeWriter, type EnvelopeWriterDeps } from './envelope-writer.ts';
import { toIntakeEvent } from './intake-failure.ts';
import { mapBounded } from './map-bounded.ts';
import { settleDeadLetter, type SettleDeadLetterDeps } from './settle-dead-letter.ts';

/** Dead letters that are folded side by side. */
const CONCURRENCY_MAX = 32;

export interface PublishDeadLettersDeps
  extends EnvelopeWriterDeps, Omit<SettleDeadLetterDeps, 'writeEnvelope'> {
  readonly orderTopic: string;
  readonly identity: FunctionIdentity;
}

interface Letter {
  readonly record: ConsumedRecord;
  readonly event: IntakeEvent;
}

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
  const reading = { ...deps, nowMs: clock.nowMs() };
  const letters = records.map((record) => ({ record, event: toIntakeEvent(record, reading) }));
  const settling = { ...deps, writeEnvelope: createEnvelopeWriter(deadlineMs, deps) };
  const kinds = new Map<ConsumedRecord, RecordOutcome['kind']>();

  const settleInOrder = async (lettersOfOne: readonly Letter[]): Promise<void> => {
    for (const { record, event } of lettersOfOne) {
      kinds.set(record, await settleDeadLetter(event, deadlineMs, settling));
    }
  };

  // An index that hangs must not hold up the answer.
  const timer = new AbortController();
  const timeIsUp = clock.sleep(Math.max(0, deadlineMs - clock.nowMs()), timer.signal);
  const settled = mapBounded(byDeadLetter(letters), CONCURRENCY_MAX, settleInOrder);
  await Promise.race([settled, timeIsUp]);
  timer.abort();

  return letters.map(({ record, event }) => {
    const { topic, partition, offset } = record;
    const kind = kinds.get(record) ?? 'unsettled';
    if (kind === 'unsettled') tellUnsettled(record, event, deps);
    return { topic, partition, offset, kind };
  });
}

function tellUnsettled(
  { topic, partition, offset }: ConsumedRecord,
  { id }: IntakeEvent,
  { log, metrics }: PublishDeadLettersDeps,
): void {
  metrics.add('RecordsUnsettled', 1);
  log.error(
    `Dead letter ${id} is not in the DLQ yet: its intake record stays uncommitted and comes again`,
    { deadLetterId: id, topic, partition, offset },
  );
}

function byDeadLetter(letters: readonly Letter[]): Letter[][] {
  return [...Map.groupBy(letters, ({ event }) => event.id).values()];
}
