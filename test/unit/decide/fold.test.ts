import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toDeadLetterItem } from '../../../lib/decide/dead-letter-item.ts';
import { toEnvelope } from '../../../lib/decide/envelope.ts';
import { foldEnd, foldFailure } from '../../../lib/decide/fold.ts';
import { claim } from '../../../lib/decide/life.ts';
import type {
  DeadLetterItem,
  FailedEvent,
  ItemRedrive,
  ProcessedEvent,
  PurgeEvent,
} from '../../../lib/model/dead-letter.ts';
import { deadLetterItem } from '../../support/dead-letter-items.ts';
import { failedEvent, failedEventArbitrary } from '../../support/dead-letters.ts';

const NOW_MS = 1_700_000_000_000;
const AT = { topic: 'order-events-dlq', partition: 0, offset: 0 };
const SETTINGS = { nowMs: NOW_MS, resolvedRetentionMs: 1_000, consumerGroup: 'group' };
const NOT_FINAL = ['open', 'redriving', 'discarded', 'purging'] as const;
const FINAL = ['resolved', 'purged'] as const;

const redriveOf = (id: string, count = 1) => ({ id, count });
const claimedBy = (id: string, over: Partial<ItemRedrive> = {}): ItemRedrive => ({
  ...redriveOf(id),
  claimedAtMs: 1,
  staleAtMs: 2,
  outcome: null,
  ...over,
});
const redriving = (id: string): DeadLetterItem =>
  deadLetterItem({ state: 'redriving', redriveCount: 1, redrive: claimedBy(id) });
const processed = (over: Partial<ProcessedEvent> = {}): ProcessedEvent => {
  const { id, origin, by } = failedEvent();
  const redrive = redriveOf('redrive-1');
  const rest = { attempts: 2, processedAtMs: 1_600_000_000_000 };
  return { kind: 'processed', id, origin, redrive, by, ...rest, ...over };
};
const purge = (over: Partial<PurgeEvent> = {}): PurgeEvent => ({
  kind: 'purge',
  id: failedEvent().id,
  askedAtMs: 1,
  ...over,
});

/** The item that a success or a purge leaves. */
function ended(item: DeadLetterItem | undefined, event: ProcessedEvent | PurgeEvent) {
  const next = foldEnd(item, event, SETTINGS);
  if (next.kind !== 'ended') throw new Error(`it is ${next.kind}`);
  return next.item;
}

/** The index, as folding failures alone would leave it. */
function apply(item: DeadLetterItem | undefined, event: FailedEvent): DeadLetterItem | undefined {
  const next = foldFailure(item, event, NOW_MS);
  if (next.kind !== 'open') return item;
  const context = { orderId: undefined, consumerGroup: 'group', previous: next.previous };
  const seen = { redrive: event.redrive, group: 'a', nowMs: NOW_MS };
  const written = { at: AT, bytesMissing: false };
  return toDeadLetterItem(toEnvelope(event, context), next, written, seen);
}

describe('a failure', () => {
  it('opens a dead letter that is not there, at its first revision and at the time of now', () => {
    expect(foldFailure(undefined, failedEvent(), NOW_MS)).toEqual({
      kind: 'open',
      revision: 1,
      arrivedAtMs: NOW_MS,
      previous: undefined,
    });
  });

  it.each(NOT_FINAL)('of an order that was never redriven changes nothing more: %s', (state) => {
    const item = deadLetterItem({ state, redrive: claimedBy('redrive-1') });
    expect(foldFailure(item, failedEvent(), NOW_MS)).toEqual({ kind: 'unchanged' });
  });

  it('of the redrive that claimed it opens it again', () => {
    const item = redriving('redrive-1');
    const event = failedEvent({ redrive: redriveOf('redrive-1') });
    expect(foldFailure(item, event, NOW_MS)).toEqual({
      kind: 'open',
      revision: 2,
      arrivedAtMs: item.arrivedAtMs,
      previous: item,
    });
  });

  it.each(['open', 'discarded', 'purging'] as const)('of that redrive, but later: %s', (state) => {
    const item = { ...redriving('redrive-1'), state };
    const event = failedEvent({ redrive: redriveOf('redrive-1') });
    expect(foldFailure(item, event, NOW_MS)).toEqual({ kind: 'unchanged' });
  });

  it('of another redrive changes nothing', () => {
    const event = failedEvent({ redrive: redriveOf('redrive-2') });
    expect(foldFailure(redriving('redrive-1'), event, NOW_MS)).toEqual({ kind: 'unchanged' });
  });

  it.each(FINAL)('of one that is %s has its tombstone written again', (state) => {
    const item = deadLetterItem({ state, redrive: claimedBy('redrive-1') });
    const event = failedEvent({ redrive: redriveOf('redrive-1') });
    expect(foldFailure(item, event, NOW_MS)).toEqual({ kind: 'erased-again', item });
  });

  it('of a redriven record that the index knows nothing of opens it: the index was lost', () => {
    const event = failedEvent({ redrive: redriveOf('redrive-1') });
    const redrive = { id: 'redrive-1', count: 1, outcome: 'failed' };
    expect(apply(undefined, event)).toMatchObject({ state: 'open', redriveCount: 1, redrive });
  });

  it('is the same after duplicates and late ones in any order: open, as the first one says', () => {
    const events = fc
      .array(failedEventArbitrary, { minLength: 1, maxLength: 5 })
      .chain((some) => fc.shuffledSubarray([...some, ...some], { minLength: 1 }));
    fc.assert(
      fc.property(events, (some) => {
        const { id } = failedEvent();
        const ofOne = some.map((event) => ({ ...event, id }));
        const last = ofOne.reduce<DeadLetterItem | undefined>(apply, undefined);
        expect(last).toEqual(apply(undefined, ofOne[0]!));
        expect(last).toMatchObject({ state: 'open', revision: 1 });
      }),
    );
  });

  it('after failure sums its attempts, and keeps its first failure and its arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 }), (attempts) => {
        const first = apply(undefined, failedEvent())!;
        const last = attempts.reduce((item, count, index) => {
          const change = { atMs: NOW_MS, by: 'me', jobId: `job-${index}`, reason: '' };
          const claimed = claim(item, change, 1)!;
          const redrive = redriveOf(change.jobId, claimed.redriveCount);
          return apply(claimed, failedEvent({ redrive, attempts: count, firstFailedAtMs: 9 }))!;
        }, first);
        expect(last).toMatchObject({
          revision: 1 + 2 * attempts.length,
          totalAttempts: attempts.reduce((sum, count) => sum + count, 4),
          redriveCount: attempts.length,
          arrivedAtMs: first.arrivedAtMs,
          firstFailureTimestamp: first.firstFailureTimestamp,
        });
        expect(last.history[0]).toEqual(first.history[0]);
        expect(last.history.length).toBeLessThanOrEqual(25);
      }),
    );
  });
});

describe('a success', () => {
  it.each(NOT_FINAL)('resolves, whatever the state: %s', (state) => {
    const before = { ...redriving('redrive-1'), state };
    expect(ended(before, processed())).toMatchObject({
      state: 'resolved',
      revision: 2,
      bytesMissing: true,
      totalAttempts: 6,
      redriveCount: 1,
      redrive: { id: 'redrive-1', outcome: 'resolved' },
      envelopeAt: before.envelopeAt,
      changedAtMs: NOW_MS,
      expiresAtMs: NOW_MS + 1_000,
    });
  });

  it('is told by the function that processed it, with the redrive that it came of', () => {
    expect(ended(redriving('redrive-1'), processed()).history.at(-1)).toEqual({
      atMs: NOW_MS,
      what: 'resolved',
      by: 'retry-orders',
      from: 'redriving',
      to: 'resolved',
      jobId: 'redrive-1',
    });
  });

  it('keeps what people read of it, unless its content was to go', () => {
    const message = deadLetterItem().originalMessage;
    const open = deadLetterItem();
    const purging = deadLetterItem({ state: 'purging' });
    expect(ended(open, processed())).toMatchObject({ originalMessage: message });
    expect(ended(purging, processed())).toMatchObject({
      state: 'resolved',
      originalMessage: null,
      originalMessageTruncated: true,
    });
  });

  it.each<[string, ItemRedrive | null, Partial<ItemRedrive>]>([
    ['of the redrive under way', claimedBy('redrive-1'), { id: 'redrive-1', outcome: 'resolved' }],
    [
      'of an earlier one: that under way is resolved',
      claimedBy('redrive-2'),
      { id: 'redrive-2', outcome: 'resolved' },
    ],
    [
      'of an earlier one, and the last one failed',
      claimedBy('redrive-2', { outcome: 'failed' }),
      { id: 'redrive-2', outcome: 'failed' },
    ],
    [
      'of a copy of a record that failed',
      claimedBy('redrive-1', { outcome: 'failed' }),
      { id: 'redrive-1', outcome: 'resolved' },
    ],
    ['of one that the index forgot', null, { id: 'redrive-1', outcome: 'resolved', count: 1 }],
  ])('says how the last redrive ended: %s', (_name, redrive, expected) => {
    expect(ended(deadLetterItem({ redrive }), processed()).redrive).toMatchObject(expected);
  });

  it('of one that the index knows nothing of is remembered, so that no late failure brings it back', () => {
    const { origin } = failedEvent();
    expect(ended(undefined, processed())).toMatchObject({
      state: 'resolved',
      revision: 1,
      group: '',
      consumerGroup: 'group',
      originalTopic: origin.topic,
      originalOffset: origin.offset,
      totalAttempts: 2,
      history: [{ what: 'resolved', from: null, to: 'resolved' }],
    });
    const item = ended(undefined, processed());
    expect(foldFailure(item, failedEvent(), NOW_MS)).toEqual({ kind: 'erased-again', item });
  });

  it.each(FINAL)('changes nothing of one that is %s, but writes its tombstone again', (state) => {
    const item = deadLetterItem({ state });
    expect(foldEnd(item, processed(), SETTINGS)).toEqual({ kind: 'erased-again', item });
  });
});

describe('a purge', () => {
  it('takes the content of one that is being purged', () => {
    const claimed = { atMs: 1, what: 'purge-claimed', by: 'ann', from: 'discarded' } as const;
    const history = [{ ...claimed, to: 'purging' as const, jobId: 'purge-1', reason: 'mine' }];
    const item = deadLetterItem({ state: 'purging', history });
    const purged = ended(item, purge({ jobId: 'purge-1' }));
    expect(purged).toMatchObject({
      state: 'purged',
      revision: 2,
      originalMessage: null,
      originalMessageTruncated: true,
      bytesMissing: true,
      expiresAtMs: NOW_MS + 1_000,
    });
    const last = { what: 'purged', by: 'ann', from: 'purging', to: 'purged', jobId: 'purge-1' };
    expect(purged.history).toEqual([...history, { atMs: NOW_MS, ...last }]);
  });

  it.each(['open', 'redriving', 'discarded'] as const)(
    'changes nothing where it is %s',
    (state) => {
      expect(foldEnd(deadLetterItem({ state }), purge(), SETTINGS)).toEqual({ kind: 'unchanged' });
    },
  );

  it('changes nothing where nothing is', () => {
    expect(foldEnd(undefined, purge(), SETTINGS)).toEqual({ kind: 'unchanged' });
  });

  it.each(FINAL)('has the tombstone of one that is %s written again', (state) => {
    const item = deadLetterItem({ state });
    expect(foldEnd(item, purge(), SETTINGS)).toEqual({ kind: 'erased-again', item });
  });
});
