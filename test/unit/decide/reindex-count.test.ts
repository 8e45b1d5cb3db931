import { expect, it } from 'vitest';
import {
  afterPage,
  COUNT_BEGINS,
  countsOf,
  emptyTally,
  tallied,
} from '../../../lib/decide/reindex-count.ts';
import { DEAD_LETTER_STATES } from '../../../lib/model/dead-letter.ts';
import { deadLetterItem } from '../../support/dead-letter-items.ts';

it('a tally counts by state, and knows the oldest and the newest', () => {
  const empty = emptyTally('g', 4);
  expect(empty).toMatchObject({ since: 4, firstMs: null, lastMs: null });
  const items = DEAD_LETTER_STATES.flatMap((state, index) =>
    Array.from({ length: index }, () => deadLetterItem({ state, arrivedAtMs: 100 + index })),
  );
  const tally = tallied(tallied(empty, items), [deadLetterItem({ arrivedAtMs: 50 })]);
  expect(countsOf(tally)).toEqual({
    open: 1,
    redriving: 1,
    resolved: 2,
    discarded: 3,
    purging: 4,
    purged: 5,
  });
  const { id: firstId } = deadLetterItem();
  expect(tally).toMatchObject({ firstMs: 50, firstId, lastMs: 105 });
  const entry = { by: 'retry-orders', from: null, to: 'open' } as const;
  const failedAgain = deadLetterItem({
    arrivedAtMs: 60,
    history: [
      { ...entry, atMs: 60, what: 'failed' },
      { ...entry, atMs: 300, what: 'failed-again' },
      { ...entry, atMs: 400, what: 'discarded' },
    ],
  });
  expect(tallied(tally, [failedAgain])).toMatchObject({ firstMs: 50, firstId, lastMs: 300 });
});

it('after a page it goes on in the list, then with the next list, then with the next group', () => {
  const tally = emptyTally('g', 1);
  const position = { arrivedAtMs: 1, id: 'x' };
  const begun = { ...COUNT_BEGINS, page: [tally, emptyTally('h', 1)] };
  const inList = afterPage(begun, tally, position);
  expect(inList).toMatchObject({ at: 0, list: 0, position });
  let state = afterPage(inList, tally, null);
  expect(state).toMatchObject({ at: 0, list: 1, position: null });
  for (let list = 1; list < 5; list++) state = afterPage(state, tally, null);
  expect(state).toMatchObject({ at: 1, list: 0, position: null });
});
