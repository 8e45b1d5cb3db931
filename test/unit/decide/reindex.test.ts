import { describe, expect, it } from 'vitest';
import { toEnvelope } from '../../../lib/decide/envelope.ts';
import {
  compareWithItem,
  endedByTombstone,
  itemFromEnvelope,
  mustBeRemembered,
  type Difference,
} from '../../../lib/decide/reindex.ts';
import { DEAD_LETTER_STATES, type DeadLetterState } from '../../../lib/model/dead-letter.ts';
import { deadLetterItem } from '../../support/dead-letter-items.ts';
import { failedEvent } from '../../support/dead-letters.ts';

const AT = { topic: 'order-events-dlq', partition: 3, offset: 12 };
const envelopeAt = (offset: number) => ({ at: { ...AT, offset }, isTombstone: false });
const tombstoneAt = (offset: number) => ({ at: { ...AT, offset }, isTombstone: true });
const item = (state: DeadLetterState) => deadLetterItem({ state, envelopeAt: AT });
const FINDING = { nowMs: 5_000, by: 'alice', invocation: 'call-1' };

describe('the last record of a key, and its item', () => {
  it.each<[DeadLetterState | undefined, Difference, Difference]>([
    [undefined, 'not-in-index', 'none'],
    ['open', 'none', 'not-ended'],
    ['redriving', 'none', 'not-ended'],
    ['discarded', 'none', 'not-ended'],
    ['purging', 'none', 'not-ended'],
    ['resolved', 'not-erased', 'none'],
    ['purged', 'not-erased', 'none'],
  ])('%s: an envelope %s, a tombstone %s', (state, ofEnvelope, ofTombstone) => {
    const held = state && item(state);
    for (const offset of [12, 13]) {
      expect(compareWithItem(envelopeAt(offset), held)).toBe(ofEnvelope);
      expect(compareWithItem(tombstoneAt(offset), held)).toBe(ofTombstone);
    }
  });

  it.each(DEAD_LETTER_STATES)('%s, pointing behind the record or elsewhere: nothing', (state) => {
    for (const record of [envelopeAt(11), tombstoneAt(11)]) {
      expect(compareWithItem(record, item(state))).toBe('none');
    }
    for (const at of [
      { ...AT, partition: 1 },
      { ...AT, topic: 'former-dlq' },
    ]) {
      for (const isTombstone of [true, false]) {
        expect(compareWithItem({ at: { ...at, offset: 99 }, isTombstone }, item(state))).toBe(
          'none',
        );
      }
    }
  });

  it.each([
    ['no item', undefined, true],
    ['one that points before it', item('open'), true],
    ['one that points to it', deadLetterItem({ envelopeAt: { ...AT, offset: 13 } }), false],
    ['one that points behind it', deadLetterItem({ envelopeAt: { ...AT, offset: 14 } }), false],
    ['one that points elsewhere', deadLetterItem({ envelopeAt: { ...AT, partition: 0 } }), false],
  ])('is remembered where %s tells it', (_which, held, expected) => {
    expect(mustBeRemembered(envelopeAt(13), held)).toBe(expected);
    expect(mustBeRemembered(tombstoneAt(13), held)).toBe(expected);
  });
});

describe('an item made of its envelope', () => {
  const context = { orderId: 'ORDER-1', consumerGroup: 'order-service-group' };
  const envelope = toEnvelope(failedEvent({ redrive: { id: 'redrive-1', count: 2 } }), context);

  it('says where the envelope lies, when it came, and who found it', () => {
    const made = itemFromEnvelope(envelope, AT, 4_000, FINDING).item;
    expect(made).toMatchObject({
      id: envelope.id,
      revision: 1,
      state: 'open',
      envelopeAt: AT,
      arrivedAtMs: 4_000,
      changedAtMs: 5_000,
      redriveCount: 2,
      redrive: null,
      totalAttempts: 4,
      bytesMissing: false,
      expiresAtMs: null,
    });
    expect(made.history).toMatchObject([
      {
        atMs: 5_000,
        what: 'found-in-topic',
        by: 'alice',
        from: null,
        to: 'open',
        invocation: 'call-1',
      },
    ]);
  });

  it('came now where its record has no time', () => {
    expect(itemFromEnvelope(envelope, AT, -1, FINDING).item.arrivedAtMs).toBe(5_000);
  });

  it('knows which bytes are missing', () => {
    const bare = { ...envelope, bytesMissing: true, originalValue: null };
    expect(itemFromEnvelope(bare, AT, 4_000, FINDING).item.bytesMissing).toBe(true);
  });
});

describe('an item ended by a tombstone', () => {
  const redrive = { id: 'r', count: 1, claimedAtMs: 1, staleAtMs: 2, outcome: null } as const;

  it.each<[DeadLetterState, DeadLetterState]>([
    ['open', 'resolved'],
    ['redriving', 'resolved'],
    ['discarded', 'resolved'],
    ['purging', 'purged'],
  ])('%s → %s', (state, to) => {
    const before = deadLetterItem({ state, redrive: state === 'redriving' ? redrive : null });
    const ended = endedByTombstone(before, FINDING, 1_000);
    expect(ended).toMatchObject({
      state: to,
      revision: 2,
      bytesMissing: true,
      changedAtMs: 5_000,
      expiresAtMs: 6_000,
      envelopeAt: before.envelopeAt,
    });
    expect(ended.history.at(-1)).toEqual({
      atMs: 5_000,
      what: 'found-in-topic',
      by: 'alice',
      from: state,
      to,
      invocation: 'call-1',
    });
    expect(ended.redrive).toEqual(
      state === 'redriving' ? { ...redrive, outcome: 'resolved' } : null,
    );
    expect(ended.originalMessage === null).toBe(to === 'purged');
  });

  it('keeps the outcome of a redrive that had one', () => {
    const before = deadLetterItem({ state: 'open', redrive: { ...redrive, outcome: 'failed' } });
    expect(endedByTombstone(before, FINDING, 1_000).redrive?.outcome).toBe('failed');
  });
});
