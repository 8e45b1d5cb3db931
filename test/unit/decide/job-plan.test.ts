import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addToPlan,
  estimatedSeconds,
  filterOf,
  frozenPlan,
  groupSizes,
  inOrder,
  type PlanDraft,
  type PlannedItem,
} from '../../../lib/decide/job-plan.ts';
import type { DeadLetterItem } from '../../../lib/model/dead-letter.ts';
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

const rules = { kind: 'redrive', force: false, redrivesMax: 3 } as const;
const item = (number: number, over = {}) => deadLetterItem({ id: idOf(number), ...over });

function draftOf(items: readonly (DeadLetterItem | undefined)[]): PlanDraft {
  const draft: PlanDraft = { found: [], skipped: {} };
  addToPlan(draft, items, rules, 0);
  return draft;
}

describe('a plan', () => {
  it('has what can be redriven, and counts why not the others', () => {
    const draft = draftOf([
      item(1),
      undefined,
      item(2, { state: 'resolved' }),
      item(3, { redriveCount: 3 }),
      item(4),
      item(5),
      item(6, { bytesMissing: true }),
    ]);
    const why = { 'not-found': 1, 'wrong-state': 1, 'redriven-too-often': 1, 'bytes-missing': 1 };
    expect(draft.found.map(({ id }) => id)).toEqual([1, 4, 5].map(idOf));
    expect(draft.skipped).toEqual(why);
    expect(frozenPlan(draft, 3).skipped).toEqual(why);
    const { planned, skipped } = frozenPlan(draft, 2);
    expect(planned).toHaveLength(2);
    expect(skipped).toEqual({ ...why, 'over-limit': 1 });
  });

  it('takes the first ones of its order, however they were found', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 12 }), (found, limit) => {
        const { planned, skipped } = frozenPlan({ found, skipped: {} }, limit);
        expect(planned).toEqual(inOrder(found).slice(0, limit));
        expect(planned.length + (skipped['over-limit'] ?? 0)).toBe(found.length);
        expect(skipped['over-limit']).not.toBe(0);
      }),
    );
  });

  it('goes by first failures; by the arrival where there is none', () => {
    const draft = draftOf([
      item(1, { arrivedAtMs: 5, firstFailureTimestamp: '2026-01-01T00:00:02.000Z' }),
      item(2, { arrivedAtMs: 9, firstFailureTimestamp: '2026-01-01T00:00:01.000Z' }),
      item(3, { arrivedAtMs: Date.UTC(2025, 1), firstFailureTimestamp: 'unknown' }),
    ]);
    const apart = draft.found.map((one, originalPartition) => ({ ...one, originalPartition }));
    expect(inOrder(apart).map(({ id }) => id)).toEqual([3, 2, 1].map(idOf));
  });

  it('tells groups apart, the largest first', () => {
    const items = ['b', 'a', 'b', 'c'].map((group, number) => item(number, { group }));
    expect(groupSizes(draftOf(items).found)).toEqual([
      { group: 'b', count: 2 },
      { group: 'a', count: 1 },
      { group: 'c', count: 1 },
    ]);
  });
});

/** Few places and times, so that many are near each other; a record is at one place. */
const records: fc.Arbitrary<PlannedItem[]> = fc.uniqueArray(
  fc
    .record({
      originalTopic: fc.constantFrom('order-events', 'order-events 1', 'parcels'),
      originalPartition: fc.nat(2),
      originalOffset: fc.oneof(fc.nat(9), fc.maxSafeNat()),
      failedAtMs: fc.oneof(fc.integer({ min: -3, max: 6 }), fc.maxSafeInteger()),
    })
    .map((place) => ({ ...place, id: idOf(placeOf(place)), group: 'g' })),
  { selector: placeOf, maxLength: 30 },
);

function placeOf(record: Omit<PlannedItem, 'id' | 'group'>): string {
  return `${partitionOf(record)}@${record.originalOffset}`;
}

function partitionOf(record: Pick<PlannedItem, 'originalTopic' | 'originalPartition'>): string {
  return `${record.originalTopic}/${record.originalPartition}`;
}

describe('the order of a plan', () => {
  it('is strictly that of the offsets within a partition, whatever the times say', () => {
    fc.assert(
      fc.property(records, (items) => {
        for (const ofOne of Map.groupBy(inOrder(items), partitionOf).values()) {
          const offsets = ofOne.map(({ originalOffset }) => originalOffset);
          expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  it('has each once, and is the same however they were found', () => {
    const shuffled = records.chain((items) =>
      fc.tuple(
        fc.constant(items),
        fc.shuffledSubarray(items, { minLength: items.length, maxLength: items.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([items, others]) => {
        const ids = inOrder(items).map(({ id }) => id);
        expect(inOrder(others).map(({ id }) => id)).toEqual(ids);
        expect(ids.toSorted()).toEqual(items.map(({ id }) => id).toSorted());
      }),
    );
  });

  it('is that of the times wherever the offsets allow it', () => {
    fc.assert(
      fc.property(records, (items) => {
        // As it is where each partition's times rise with its offsets.
        const rising = [...Map.groupBy(items, partitionOf).values()].flatMap((ofOne) => {
          const times = ofOne.map(({ failedAtMs }) => failedAtMs).toSorted((a, b) => a - b);
          return ofOne
            .toSorted((a, b) => a.originalOffset - b.originalOffset)
            .map((record, at) => ({ ...record, failedAtMs: times[at] ?? 0 }));
        });
        const times = inOrder(rising).map(({ failedAtMs }) => failedAtMs);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }),
    );
  });

  it.each<[string, readonly [partition: number, offset: number, failedAtMs: number][], number[]]>([
    [
      'one partition, times the wrong way round',
      [
        [0, 2, 1],
        [0, 1, 9],
        [0, 3, 2],
      ],
      [1, 2, 3],
    ],
    [
      'two partitions, by their times',
      [
        [0, 1, 5],
        [1, 7, 4],
        [1, 8, 6],
      ],
      [7, 1, 8],
    ],
    [
      'one is no older than the one before it',
      [
        [0, 1, 5],
        [0, 2, 1],
        [1, 9, 4],
      ],
      [9, 1, 2],
    ],
    [
      'equal times, by partition and offset',
      [
        [1, 3, 5],
        [0, 9, 5],
        [1, 2, 5],
      ],
      [9, 2, 3],
    ],
  ])('%s', (_what, places, offsets) => {
    const items = places.map(([originalPartition, originalOffset, failedAtMs]) => ({
      id: idOf(originalOffset),
      group: 'g',
      originalTopic: 'order-events',
      originalPartition,
      originalOffset,
      failedAtMs,
    }));
    expect(inOrder(items).map(({ originalOffset }) => originalOffset)).toEqual(offsets);
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
