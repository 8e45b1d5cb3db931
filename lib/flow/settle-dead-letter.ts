import type { RecordOutcome } from '../model/outcome.ts';
import { pause } from './pause.ts';
import type { ReadItem } from './read-ahead.ts';
import { createEndFold, type EndDeps, type EndLetter } from './settle-end.ts';
import { createFailureFold, type FailureDeps, type FailureLetter } from './settle-failure.ts';

export interface SettleDeadLetterDeps extends FailureDeps, EndDeps {
  readonly readItem: ReadItem;
}

/** An event, and who tells what becomes of it. */
export type DeadLetterEvent = FailureLetter | EndLetter;

/**
 * Folds one event into the state of its dead letter: the envelope, or the tombstone, to the topic, acknowledged, then the
 * item to the index on condition of the revision read; where that fails, somebody else was first, and it starts over. A
 * crash in between leaves a record without its item, which the same event, coming again, completes. While topic or index
 * do not answer it keeps trying until the deadline. Never rejects.
 */
export async function settleDeadLetter(
  letter: DeadLetterEvent,
  deadlineMs: number,
  deps: SettleDeadLetterDeps,
): Promise<RecordOutcome['kind']> {
  const { readItem, clock } = deps;
  const { event, journal } = letter;
  const fold =
    letter.kind === 'failure' ? createFailureFold(letter, deps) : createEndFold(letter, deps);

  for (let tries = 0; clock.nowMs() < deadlineMs; tries++) {
    try {
      const kind = await fold(await readItem(event.id));
      if (kind !== undefined) return kind;
    } catch (error) {
      journal.notHandedOn(error as Error);
    }
    await pause(tries, deadlineMs, clock);
  }
  return 'unsettled';
}
