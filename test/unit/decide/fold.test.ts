import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toDeadLetterItem } from '../../../lib/decide/dead-letter-item.ts';
import { toEnvelope } from '../../../lib/decide/envelope.ts';
import { foldEnd, foldFailure } from '../../../lib/decide/fold.ts';
import { claim, discard, release, restore } from '../../../lib/decide/life.ts';
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
const SETTINGS = {
  nowMs: NOW_MS,
  resolvedRetentionMs: 1_000,
  consumerGroup: 'group',
  invocation: 'r-9',
};
const NOT_FINAL = ['open', 'redriving', 'discarded', 'purging'] as const;
const FINAL = ['resolved', 'purged'] as const;

const change = (jobId: string) => ({ atMs: NOW_MS, by: 'ann', jobId, reason: 'mended' });
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

  it('of the redrive whose claim was set back to open is told: its record was published all the same', () => {
    const released = release(redriving('redrive-1'), change('redrive-1'))!;
    const event = failedEvent({ redrive: redriveOf('redrive-1'), attempts: 3 });
    expect(apply(released, event)).toMatchObject({
      state: 'open',
      revision: 3,
      redriveCount: 1,
      totalAttempts: 7,
      redrive: { id: 'redrive-1', outcome: 'failed' },
    });
    const told = apply(released, event)!;
    expect(told.history.at(-1)).toMatchObject({ what: 'failed-again', from: 'open', to: 'open' });
    expect(foldFailure(told, event, NOW_MS)).toEqual({ kind: 'unchanged' });
    const back = restore(discard(released, change('other'))!, change('other'))!;
    expect(apply(back, event)).toMatchObject({ state: 'open', redrive: { outcome: 'failed' } });
  });

  it.each([
    ['another redrive', {}, redriveOf('redrive-2')],
    ['no redrive', {}, undefined],
    ['discarded since', { state: 'discarded' }, redriveOf('redrive-1')],
    ['being purged since', { state: 'purging' }, redriveOf('redrive-1')],
    [
      'failed under it before',
      { redrive: claimedBy('redrive-1', { outcome: 'failed' }) },
      redriveOf('redrive-1'),
    ],
    [
      'claimed by another since',
      { state: 'redriving', redrive: claimedBy('redrive-2') },
      redriveOf('redrive-1'),
    ],
    [
      'set back by another since',
      { redrive: claimedBy('redrive-2', { outcome: 'released' }) },
      redriveOf('redrive-1'),
    ],
  ] as const)('and of nothing else behind such a claim: %s', (_name, over, redrive) => {
    const released = release(redriving('redrive-1'), change('redrive-1'))!;
    const event = failedEvent(redrive && { redrive });
    expect(foldFailure({ ...released, ...over }, event, NOW_MS)).toEqual({ kind: 'unchanged' });
  });

  it('after whatever order of claims, releases and failures tells each redrive once, and takes nobody’s claim', () => {
    const step = fc.record({
      what: fc.constantFrom('claim', 'release', 'fail', 'discard', 'restore'),
      job: fc.constantFrom('job-1', 'job-2', 'job-3'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let item = apply(undefined, failedEvent())!;
        const counts = new Map<string, number>();
        for (const [n, { what, job }] of steps.entries()) {
          const before = item;
          const by = change(job);
          if (what === 'claim' && !counts.has(job)) item = claim(item, by, 1e13) ?? item;
          if (what === 'release') item = release(item, by) ?? item;
          if (what === 'discard') item = discard(item, change(`d-${n}`)) ?? item;
          if (what === 'restore') item = restore(item, change(`r-${n}`)) ?? item;
          if (what === 'claim' && item !== before) counts.set(job, item.redriveCount);
          const count = counts.get(job);
          if (what !== 'fail' || count === undefined) continue;
          item = apply(item, failedEvent({ redrive: redriveOf(job, count) }))!;
          if (item === before) continue;
          expect([item.state, before.redrive?.id]).toEqual(['open', job]);
          expect(['redriving', 'open']).toContain(before.state);
          expect(before.redrive?.outcome === 'failed').toBe(false);
          expect(item.redriveCount).toBe(count);
        }
        const told = item.history.filter(({ what }) => what === 'failed-again');
        expect(new Set(told.map(({ jobId }) => jobId)).size).toBe(told.length);
      }),
    );
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
      invocation: 'r-9',
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
    const last = {
      what: 'purged',
      by: 'ann',
      from: 'purging',
      to: 'purged',
      jobId: 'purge-1',
      invocation: 'r-9',
    };
    expect(purged.history).toEqual([...history, { atMs: NOW_MS, ...last }]);
  });

  it.each(['open', 'redriving', 'discarded'] as const)(
    'changes nothing where it is %s',
    (state) => {
      expect(foldEnd(deadLetterItem({ state }), purge(), SETTINGS)).toEqual({ kind: 'unchanged' });
    },
  );

  it.each([
    ['of the one that claimed it', ['ann/purge-1'], 'purge-1', 'ann/purge-1'],
    ['of the first that claimed it', ['ann/purge-1', 'bob/purge-2'], 'purge-1', 'ann/purge-1'],
    ['of the last that claimed it', ['ann/purge-1', 'bob/purge-2'], 'purge-2', 'bob/purge-2'],
    ['of none: a comparison asks', ['ann/purge-1', 'bob/purge-2'], undefined, 'bob/purge-2'],
    ['late, of one from before the index was lost', ['bob/purge-2'], 'purge-1', 'bob/purge-2'],
    ['of a claim that the history has forgotten', [], 'purge-1', 'unknown/purge-1'],
  ] as const)(
    'purges whichever job it is of, and names a claim: %s',
    (_name, claims, jobId, says) => {
      const history = claims.map((one) => {
        const [by = '', job = ''] = one.split('/');
        const moment = {
          atMs: 1,
          what: 'purge-claimed',
          from: 'discarded',
          to: 'purging',
        } as const;
        return { ...moment, by, jobId: job, reason: 'mine' };
      });
      const item = deadLetterItem({ state: 'purging', history });
      const purged = ended(item, purge(jobId === undefined ? {} : { jobId }));
      expect(purged.state).toBe('purged');
      const last = purged.history.at(-1);
      expect(`${last?.by}/${last?.jobId}`).toBe(says);
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
