import { describe, expect, it } from 'vitest';
import {
  addToPlan,
  estimatedSeconds,
  filterOf,
  groupSizes,
  inOrder,
  type PlanDraft,
} from '../../../lib/decide/job-plan.ts';
import { deadLetterItem, idOf } from '../../support/dead-letter-items.ts';
import { plannedJob } from '../../support/jobs.ts';

it.each([
  { kind: 'redrive', state: 'open' },
  { kind: 'discard', state: 'open' },
  { kind: 'restore', state: 'discarded' },
  { kind: 'purge', state: 'discarded' },
] as const)('a filter without state means $state for a $kind', ({ kind, state }) => {
  expect(filterOf({ group: 'g' }, kind)).toEqual({ state, group: 'g' });
  expect(filterOf({ state: 'redriving' }, kind)).toEqual({ state: 'redriving' });
});

describe('a plan', () => {
  const rules = { kind: 'redrive', force: false, redrivesMax: 3, limit: 2 } as const;
  const item = (number: number, over = {}) => deadLetterItem({ id: idOf(number), ...over });

  it('has what can be redriven, up to its limit, and counts why not the others', () => {
    const draft: PlanDraft = { planned: [], skipped: {} };
    const items = [
      item(1),
      undefined,
      item(2, { state: 'resolved' }),
      item(3, { redriveCount: 3 }),
      item(4),
      item(5),
      item(6, { bytesMissing: true }),
    ];
    addToPlan(draft, items, rules, 0);
    expect(draft.planned.map(({ id }) => id)).toEqual([idOf(1), idOf(4)]);
    expect(draft.skipped).toEqual({
      'not-found': 1,
      'wrong-state': 1,
      'redriven-too-often': 1,
      'over-limit': 1,
      'bytes-missing': 1,
    });
  });

  it('begins with the oldest, those of one partition in the order of their offsets', () => {
    const draft: PlanDraft = { planned: [], skipped: {} };
    const items = [
      item(1, { arrivedAtMs: 9, originalOffset: 1 }),
      item(2, { arrivedAtMs: 5, originalPartition: 1, originalOffset: 3 }),
      item(3, { arrivedAtMs: 5, originalPartition: 1, originalOffset: 2 }),
    ];
    addToPlan(draft, items, { ...rules, limit: 10 }, 0);
    expect(inOrder(draft.planned).map(({ id }) => id)).toEqual([3, 2, 1].map(idOf));
  });

  it('tells groups apart, the largest first', () => {
    const draft: PlanDraft = { planned: [], skipped: {} };
    const items = ['b', 'a', 'b', 'c'].map((group, number) => item(number, { group }));
    addToPlan(draft, items, { ...rules, limit: 10 }, 0);
    expect(groupSizes(draft.planned)).toEqual([
      { group: 'b', count: 2 },
      { group: 'a', count: 1 },
      { group: 'c', count: 1 },
    ]);
  });
});

it.each([
  { kind: 'discard', planned: 500, seconds: 10 },
  { kind: 'discard', planned: 0, seconds: 0 },
  { kind: 'redrive', planned: 0, seconds: 0 },
  { kind: 'redrive', planned: 1, seconds: 2 },
  { kind: 'redrive', planned: 3, seconds: 3 },
  // Waves of 1, 2, 4, … 256, and the rest.
  { kind: 'redrive', planned: 500, seconds: 19 },
] as const)('$planned at 50 a second by a $kind: $seconds s', ({ kind, planned, seconds }) => {
  expect(estimatedSeconds(plannedJob({ kind, planned }))).toBe(seconds);
});
