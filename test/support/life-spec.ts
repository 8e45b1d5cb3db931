import { expect } from 'vitest';
import type { DeadLetterItem, DeadLetterState, IntakeEvent } from '../../lib/model/dead-letter.ts';
import type { ChangeKind } from './life-world.ts';

/**
 * The state machine once more, as short as docs/contracts.md has it: what a single act makes of a dead letter while nobody
 * else acts and everything answers.
 */

/** @param before undefined: the index holds nothing of it */
export function stateAfterEvent(
  before: DeadLetterItem | undefined,
  event: IntakeEvent,
): DeadLetterState | undefined {
  const state = before?.state;
  if (state === 'resolved' || state === 'purged') return state;
  if (event.kind === 'processed') return 'resolved';
  if (event.kind === 'purge') return state === 'purging' ? 'purged' : state;
  return state === undefined || isToldAgain(before, event) ? 'open' : state;
}

/** Whether it is the failure of its last redrive: one that is awaited, or one whose claim was set back and yet was sent. */
export function isToldAgain(before: DeadLetterItem | undefined, event: IntakeEvent): boolean {
  if (event.kind !== 'failed' || event.redrive === undefined) return false;
  const isReleased = before?.state === 'open' && before.redrive?.outcome === 'released';
  const isAwaited = before?.state === 'redriving' || isReleased;
  return isAwaited && before.redrive?.id === event.redrive.id;
}

/** undefined: the state forbids it */
export function stateAfterChange(
  before: DeadLetterItem | undefined,
  kind: ChangeKind,
  jobId: string,
  nowMs: number,
): DeadLetterState | undefined {
  if (before === undefined) return undefined;
  const { state, redrive } = before;
  const isStale = state === 'redriving' && (redrive?.staleAtMs ?? 0) <= nowMs;
  switch (kind) {
    case 'claim':
      return state === 'open' || isStale ? 'redriving' : undefined;
    case 'release':
      return state === 'redriving' && redrive?.id === jobId ? 'open' : undefined;
    case 'discard':
      return state === 'open' ? 'discarded' : undefined;
    case 'restore':
      return state === 'discarded' ? 'open' : undefined;
    case 'purge':
      return state === 'discarded' || state === 'purging' ? 'purging' : undefined;
    default:
      return kind satisfies never;
  }
}

/** Exactly one change, or none. @param state what it must be now; undefined: as before, and nothing is changed */
export function expectStep(
  before: DeadLetterItem | undefined,
  after: DeadLetterItem | undefined,
  state: DeadLetterState | undefined,
  isChanged: boolean,
): void {
  if (!isChanged) expect(after).toEqual(before);
  else expect(after).toMatchObject({ state, revision: (before?.revision ?? 0) + 1 });
}
