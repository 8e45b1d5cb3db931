import { describe, expect, it } from 'vitest';
import {
  claim,
  claimPurge,
  discard,
  isFinal,
  isRedrivable,
  isStale,
  release,
  restore,
} from '../../../lib/decide/life.ts';
import {
  DEAD_LETTER_STATES,
  type DeadLetterItem,
  type DeadLetterState,
} from '../../../lib/model/dead-letter.ts';
import { deadLetterItem } from '../../support/dead-letter-items.ts';

const NOW_MS = 1_700_000_000_000;
const CHANGE = { atMs: NOW_MS, by: 'ann', jobId: 'job-1', reason: 'the cause is fixed' };
const claimed = (staleAtMs: number, id = 'job-1'): DeadLetterItem =>
  deadLetterItem({
    state: 'redriving',
    redriveCount: 2,
    redrive: { id, count: 2, claimedAtMs: 1, staleAtMs, outcome: null },
  });

/** What each change makes of each state; what is not named is refused. */
const TABLE: Readonly<Record<string, Partial<Record<DeadLetterState, DeadLetterState>>>> = {
  claim: { open: 'redriving' },
  discard: { open: 'discarded' },
  restore: { discarded: 'open' },
  claimPurge: { discarded: 'purging', purging: 'purging' },
  release: { redriving: 'open' },
};
const CHANGES = {
  claim: (item: DeadLetterItem) => claim(item, CHANGE, 5_000),
  discard: (item: DeadLetterItem) => discard(item, CHANGE),
  restore: (item: DeadLetterItem) => restore(item, CHANGE),
  claimPurge: (item: DeadLetterItem) => claimPurge(item, CHANGE),
  release: (item: DeadLetterItem) => release(item, CHANGE),
};

describe.each(Object.entries(CHANGES))('%s', (name, change) => {
  it.each(DEAD_LETTER_STATES)('where it is %s', (state) => {
    const item = { ...claimed(NOW_MS + 1), state };
    const to = TABLE[name]?.[state];
    const next = change(item);
    expect(next?.state).toBe(to);
    if (to === undefined) return;
    expect(next).toMatchObject({ revision: item.revision + 1, changedAtMs: NOW_MS });
    expect(next?.history.slice(0, -1)).toEqual(item.history);
    expect(next?.history.at(-1)).toMatchObject({ ...CHANGE, from: state, to });
  });
});

describe('a claim', () => {
  it('has the name of its job, counts, and says when it is stale', () => {
    expect(claim(deadLetterItem({ redriveCount: 2 }), CHANGE, 5_000)).toMatchObject({
      redriveCount: 3,
      redrive: {
        id: 'job-1',
        count: 3,
        claimedAtMs: NOW_MS,
        staleAtMs: NOW_MS + 5_000,
        outcome: null,
      },
    });
  });

  it.each([
    [NOW_MS - 1, true],
    [NOW_MS, true],
    [NOW_MS + 1, false],
  ])('of another redrive can be taken over once it is stale: at %i', (staleAtMs, isOver) => {
    const item = claimed(staleAtMs, 'job-0');
    expect(isStale(item, NOW_MS)).toBe(isOver);
    expect(isRedrivable(item, NOW_MS)).toBe(isOver);
    expect(claim(item, CHANGE, 1) !== undefined).toBe(isOver);
  });

  it('that was never sent is released by its own job, and did not count', () => {
    expect(release(claimed(NOW_MS), CHANGE)).toMatchObject({
      state: 'open',
      redriveCount: 1,
      redrive: { id: 'job-1', count: 2, outcome: 'released' },
    });
    expect(release(claimed(NOW_MS, 'job-0'), CHANGE)).toBeUndefined();
  });
});

it('only what is redriving can be stale', () => {
  for (const state of DEAD_LETTER_STATES) {
    const item = { ...claimed(1), state };
    expect(isStale(item, NOW_MS)).toBe(state === 'redriving');
  }
});

it('nothing leads out of what is final', () => {
  expect(DEAD_LETTER_STATES.filter(isFinal)).toEqual(['resolved', 'purged']);
});
