import fc from 'fast-check';
import { expect, it } from 'vitest';
import { itemBytes, ITEM_BYTES_MAX } from '../../../../lib/effect/dynamodb/item-size.ts';
import {
  chunkRow,
  fromJobRow,
  idsOfChunks,
  JOB_ROW,
  madeKey,
  toChunkRows,
  toJobRow,
} from '../../../../lib/effect/dynamodb/job-rows.ts';
import { idOf } from '../../../support/dead-letter-items.ts';
import { plannedJob, startedJob } from '../../../support/jobs.ts';

it('a job comes back as it was', () => {
  expect(fromJobRow(toJobRow(plannedJob()))).toEqual(plannedJob());
  expect(fromJobRow(toJobRow(startedJob()))).toEqual(startedJob());
});

it('a plan is in no list; a job is, under its kind', () => {
  expect(toJobRow(plannedJob())).not.toHaveProperty('kind');
  expect(toJobRow(plannedJob())).not.toHaveProperty('made');
  expect(toJobRow(startedJob({ kind: 'purge', id: 'job-7', createdAtMs: 9 }))).toMatchObject({
    kind: { S: 'purge' },
    made: { S: '0000000000000009#job-7' },
  });
});

it('keys of jobs sort as text like creation and id do', () => {
  const position = fc.record({ createdAtMs: fc.maxSafeNat(), id: fc.uuid() });
  fc.assert(
    fc.property(position, position, (one, other) => {
      const isBefore =
        one.createdAtMs === other.createdAtMs
          ? one.id < other.id
          : one.createdAtMs < other.createdAtMs;
      expect(madeKey(one) < madeKey(other)).toBe(isBefore);
    }),
  );
});

it('chunks of a list come back in their order, and sort apart from the job', () => {
  fc.assert(
    fc.property(fc.array(fc.nat().map(idOf), { maxLength: 30 }), fc.nat(120), (some, times) => {
      const ids = Array.from({ length: times }, () => some).flat();
      const rows = toChunkRows(plannedJob(), ids);
      expect(idsOfChunks(rows, 0)).toEqual(ids);
      expect(rows.map(({ row }) => row?.S)).toEqual(rows.map((_, chunk) => chunkRow(chunk)));
    }),
  );
  const keys = [0, 9, 10, 99, 100].map(chunkRow);
  expect(keys.toSorted()).toEqual(keys);
  expect(keys.every((key) => key < JOB_ROW)).toBe(true);
});

it('what lies behind a chunk that is gone is not taken for what was in it', () => {
  const ids = Array.from({ length: 2_500 }, (_, at) => idOf(at));
  const [first, second, third] = toChunkRows(plannedJob(), ids);
  expect(idsOfChunks([second!, third!], 1)).toEqual(ids.slice(1_000));
  expect(idsOfChunks([second!, third!], 0)).toEqual([]);
  expect(idsOfChunks([first!, third!], 0)).toEqual(ids.slice(0, 1_000));
});

it('the largest rows are well below what an item may have', () => {
  const ids = Array.from({ length: 1_000 }, (_, at) => idOf(at));
  const groups = ids.slice(0, 100).map((group) => ({ group, title: '€'.repeat(200), count: 1 }));
  const job = startedJob({
    selection: { kind: 'ids', ids },
    groups,
    reason: '€'.repeat(500),
    by: 'b'.repeat(500),
  });
  expect(itemBytes(toJobRow(job))).toBeLessThan(ITEM_BYTES_MAX / 3);
  const [chunk] = toChunkRows(job, ids);
  expect(chunk?.['ids']?.B).toHaveLength(16_000);
});

it.each(['', 'id-2', idOf(1).toUpperCase(), `${idOf(1)}0`])(
  'what is not the id of a dead letter is refused: "%s"',
  (id) => {
    expect(() => toChunkRows(plannedJob(), [idOf(1), id])).toThrow(RangeError);
  },
);
