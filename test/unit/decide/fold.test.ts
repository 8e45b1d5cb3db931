import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toDeadLetterItem } from '../../../lib/decide/dead-letter-item.ts';
import { toEnvelope } from '../../../lib/decide/envelope.ts';
import { foldFailure } from '../../../lib/decide/fold.ts';
import type { DeadLetterItem, FailedEvent } from '../../../lib/model/dead-letter.ts';
import { failedEvent, failedEventArbitrary } from '../../support/dead-letters.ts';

const NOW_MS = 1_700_000_000_000;
const AT = { topic: 'order-events-dlq', partition: 0, offset: 0 };

/** The index, as folding alone would leave it. */
function apply(item: DeadLetterItem | undefined, event: FailedEvent): DeadLetterItem | undefined {
  const next = foldFailure(item, event, NOW_MS);
  if (next.kind !== 'open') return item;
  const context = { orderId: undefined, consumerGroup: 'group', previous: next.previous };
  const written = { at: AT, bytesMissing: false };
  const seen = { redrive: event.redrive, group: 'a', nowMs: NOW_MS };
  return toDeadLetterItem(toEnvelope(event, context), next, written, seen);
}

const open = (): DeadLetterItem => apply(undefined, failedEvent())!;

it('opens a dead letter that is not there, at its first revision and at the time of now', () => {
  expect(foldFailure(undefined, failedEvent(), NOW_MS)).toEqual({
    kind: 'open',
    revision: 1,
    arrivedAtMs: NOW_MS,
    previous: undefined,
  });
});

it.each(['open', 'redriving', 'discarded', 'purging'] as const)(
  'a failure changes nothing where one is there already: %s',
  (state) => {
    expect(foldFailure({ ...open(), state }, failedEvent(), NOW_MS)).toEqual({
      kind: 'unchanged',
    });
  },
);

it.each(['resolved', 'purged'] as const)('one that is %s gets its tombstone again', (state) => {
  const item = { ...open(), state };
  expect(foldFailure(item, failedEvent(), NOW_MS)).toEqual({ kind: 'erased-again', item });
});

it('takes a failure of a redriven record that the index knows nothing of: the index was lost', () => {
  const event = failedEvent({ redrive: { id: 'redrive-1', count: 1 } });
  expect(apply(undefined, event)).toMatchObject({ state: 'open', redriveCount: 1 });
});

it('is the same after duplicates and late events in any order: open, as the first one says', () => {
  const events = fc
    .array(failedEventArbitrary, { minLength: 1, maxLength: 5 })
    .chain((some) => fc.shuffledSubarray([...some, ...some], { minLength: 1 }));
  fc.assert(
    fc.property(events, (some) => {
      const id = failedEvent().id;
      const ofOne = some.map((event) => ({ ...event, id }));
      const last = ofOne.reduce<DeadLetterItem | undefined>(apply, undefined);
      expect(last).toEqual(apply(undefined, ofOne[0]!));
      expect(last).toMatchObject({ state: 'open', revision: 1 });
    }),
  );
});
