import type { DeadLetterItem, IntakeEvent } from '../model/dead-letter.ts';

/** What an event makes of a dead letter. */
export type NextState =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'open';
      /** Of the item that comes next. */
      readonly revision: number;
      readonly arrivedAtMs: number;
    };

/**
 * Next state of a dead letter = f(its item, an event). A failure counts where there is no item yet; a duplicate, an
 * event that comes late, and one of a second writer change nothing. Pure, total.
 *
 * @param item what the index holds; undefined: nothing
 * @param nowMs epoch milliseconds: when a dead letter that opens got into the DLQ
 */
export function foldDeadLetter(
  item: DeadLetterItem | undefined,
  event: IntakeEvent,
  nowMs: number,
): NextState {
  switch (event.kind) {
    case 'failed':
      return item === undefined
        ? { kind: 'open', revision: 1, arrivedAtMs: nowMs }
        : { kind: 'unchanged' };
    default:
      return event.kind satisfies never;
  }
}
