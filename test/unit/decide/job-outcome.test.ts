import { expect, it } from 'vitest';
import { outcomeOf } from '../../../lib/decide/job-outcome.ts';
import type { DeadLetterItem, HistoryEntry } from '../../../lib/model/dead-letter.ts';
import { deadLetterItem } from '../../support/dead-letter-items.ts';

const NOW_MS = 1_000_000;
const STALE_AFTER_MS = 60_000;
const job = (kind: 'redrive' | 'discard' | 'restore' | 'purge') => ({ id: 'job-1', kind });

const entry = (what: HistoryEntry['what'], jobId = 'job-1'): HistoryEntry => ({
  atMs: NOW_MS,
  what,
  by: 'x',
  from: 'open',
  to: 'open',
  jobId,
});
const redrive = (id: string, over: Partial<NonNullable<DeadLetterItem['redrive']>> = {}) => ({
  id,
  count: 1,
  claimedAtMs: NOW_MS,
  staleAtMs: NOW_MS + STALE_AFTER_MS,
  outcome: null,
  ...over,
});
const item = (
  state: DeadLetterItem['state'],
  history: readonly HistoryEntry[],
  over: Partial<DeadLetterItem> = {},
) => deadLetterItem({ state, history, redrive: redrive('job-1'), changedAtMs: NOW_MS, ...over });

const stale = { redrive: redrive('job-1', { staleAtMs: NOW_MS }) };
const others = { redrive: redrive('job-2') };

it.each([
  ['redrive', 'sent', 'pending', item('redriving', [entry('claimed')])],
  ['redrive', 'sent long ago', 'stale', item('redriving', [entry('claimed')], stale)],
  ['redrive', 'resolved', 'resolved', item('resolved', [entry('claimed'), entry('resolved')])],
  ['redrive', 'failed', 'failedAgain', item('open', [entry('claimed'), entry('failed-again')])],
  ['redrive', 'failed, its item lost meanwhile', 'failedAgain', item('open', [entry('failed')])],
  ['redrive', 'set back', 'left-out', item('open', [entry('claimed'), entry('released')])],
  ['redrive', 'never its own', 'left-out', item('open', [entry('failed', 'job-2')])],
  ['redrive', 'gone from the index', 'stale', undefined],
  [
    'redrive',
    'stale, and claimed by others',
    'stale',
    item('redriving', [entry('claimed'), entry('claimed', 'job-2')], others),
  ],
  [
    'redrive',
    'stale, and failed for others',
    'stale',
    item('open', [entry('claimed'), entry('failed-again', 'job-2')], others),
  ],
  [
    'redrive',
    'failed, and resolved by others since',
    'failedAgain',
    item('resolved', [entry('claimed'), entry('failed-again'), entry('resolved', 'job-2')], others),
  ],
  [
    'redrive',
    'stale, and resolved by others since',
    'resolved',
    item('resolved', [entry('claimed'), entry('resolved', 'job-2')], others),
  ],
  ['discard', 'written', 'resolved', item('discarded', [entry('discarded')])],
  ['discard', 'written, and restored since', 'resolved', item('open', [entry('discarded')])],
  ['discard', 'never its own', 'left-out', item('resolved', [])],
  ['restore', 'written', 'resolved', item('open', [entry('restored')])],
  ['purge', 'asked for', 'pending', item('purging', [entry('purge-claimed')])],
  [
    'purge',
    'asked for by others first',
    'pending',
    item('purging', [entry('purge-claimed', 'job-2')]),
  ],
  [
    'purge',
    'asked for long ago',
    'stale',
    item('purging', [entry('purge-claimed')], { changedAtMs: NOW_MS - STALE_AFTER_MS }),
  ],
  ['purge', 'purged', 'resolved', item('purged', [entry('purge-claimed'), entry('purged')])],
] as const)('%s, %s: %s', (kind, _how, gives, found) => {
  expect(outcomeOf(found, job(kind), STALE_AFTER_MS, NOW_MS)).toBe(gives);
});
