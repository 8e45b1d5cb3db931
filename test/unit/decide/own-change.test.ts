import { describe, expect, it } from 'vitest';
import { HISTORY_ENTRIES_MAX, withEntry } from '../../../lib/decide/history.ts';
import { claim, discard, release, restore } from '../../../lib/decide/life.ts';
import { renewed } from '../../../lib/decide/reindex.ts';
import { lastChangeBy } from '../../../lib/decide/own-change.ts';
import type { DeadLetterItem } from '../../../lib/model/dead-letter.ts';
import { deadLetterItem } from '../../support/dead-letter-items.ts';

const START_MS = 2_000_000_000_000;
const by = (jobId: string, atMs = START_MS) => ({ atMs, by: 'ann', jobId, reason: 'mended' });
const claimed = (jobId: string, item = deadLetterItem()) => claim(item, by(jobId), 1_000)!;

/** Discarded and restored by others, so often. */
function tossed(item: DeadLetterItem, times: number, atMs = START_MS + 1): DeadLetterItem {
  let now = item;
  for (let n = 0; n < times; n++) {
    now = restore(discard(now, by(`d-${n}`, atMs))!, by(`r-${n}`, atMs))!;
  }
  return now;
}

/** As the one writer leaves it. */
function failedAgain(item: DeadLetterItem, jobId: string): DeadLetterItem {
  const entry = { atMs: START_MS, by: 'f', from: item.state, to: 'open', jobId } as const;
  return {
    ...item,
    revision: item.revision + 1,
    state: 'open',
    redrive: item.redrive && { ...item.redrive, outcome: 'failed' },
    history: withEntry(item.history, { ...entry, what: 'failed-again' }),
  };
}

/** Where the change of job-1 is the oldest that the history still has, and where it is the first that is gone. */
const AT_THE_EDGE = HISTORY_ENTRIES_MAX - 2;

describe('the last change of a job', () => {
  it('is what the history says, to its edge', () => {
    const discarded = discard(deadLetterItem(), by('job-1'))!;
    const back = restore(discarded, by('other'))!;
    const edge = tossed(back, (AT_THE_EDGE - 1) / 2);
    expect(edge.history).toHaveLength(HISTORY_ENTRIES_MAX);
    expect(edge.history[1]?.jobId).toBe('job-1');
    expect(lastChangeBy('job-1', edge, START_MS)).toBe('discarded');
    const beyond = discard(edge, by('other'))!;
    expect(lastChangeBy('job-1', beyond, START_MS)).toBe('forgotten');
  });

  it.each([
    ['claimed', claimed('job-1')],
    ['released', tossed(release(claimed('job-1'), by('job-1'))!, 20)],
    ['failed-again', tossed(failedAgain(claimed('job-1'), 'job-1'), 20)],
  ] as const)('of the last redrive is what the item says: %s', (what, item) => {
    expect(lastChangeBy('job-1', item, START_MS)).toBe(what);
    expect(lastChangeBy('job-1', { ...item, history: item.history.slice(-1) }, START_MS)).toBe(
      what,
    );
  });

  it('is forgotten where later ones have pushed it out, and another redrive came', () => {
    const item = tossed(failedAgain(claimed('job-1'), 'job-1'), 20);
    expect(lastChangeBy('job-1', claimed('job-2', item), START_MS)).toBe('forgotten');
  });

  it('is none where whatever was pushed out is older than the job', () => {
    const item = tossed(deadLetterItem(), 40, START_MS - 1);
    expect(item.history).toHaveLength(HISTORY_ENTRIES_MAX);
    expect(lastChangeBy('job-1', item, START_MS)).toBeUndefined();
    expect(lastChangeBy('job-1', discard(item, by('other'))!, START_MS)).toBeUndefined();
  });

  it('is none where nothing was pushed out, though changes without an entry came in between', () => {
    const former = { ...deadLetterItem(), revision: 7, history: [] };
    const { item } = renewed(former, undefined, 'r');
    for (const times of [0, 1, 10]) {
      expect(lastChangeBy('job-1', tossed(item, times), 0)).toBeUndefined();
    }
  });

  it('is none where nothing was pushed out', () => {
    const [first] = deadLetterItem().history;
    const nothing = { revision: 1, history: first ? [first] : [] };
    expect(lastChangeBy('job-1', deadLetterItem(nothing), 0)).toBeUndefined();
    expect(lastChangeBy('job-1', tossed(deadLetterItem(), 3), START_MS)).toBeUndefined();
  });
});
