import { expect, it } from 'vitest';
import { HISTORY_ENTRIES_MAX } from '../../../lib/decide/history.ts';
import { outcomeOf } from '../../../lib/decide/job-outcome.ts';
import type { DeadLetterItem, HistoryEntry } from '../../../lib/model/dead-letter.ts';
import { deadLetterItem } from '../../support/dead-letter-items.ts';

const NOW_MS = 1_000_000;
const STALE_AFTER_MS = 60_000;
const job = (kind: 'redrive' | 'discard' | 'restore' | 'purge') => ({
  id: 'job-1',
  kind,
  startedAtMs: 1,
});

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

const FULL = Array.from({ length: HISTORY_ENTRIES_MAX }, () => entry('discarded', 'job-9'));
const failed = { redrive: redrive('job-1', { outcome: 'failed' }), revision: 99 };
const released = { redrive: redrive('job-1', { outcome: 'released' }), revision: 99 };

it.each([
  ['redrive', 'sent', 'pending', item('redriving', [entry('claimed')])],
  ['redrive', 'sent long ago', 'stale', item('redriving', [entry('claimed')], stale)],
  ['redrive', 'resolved', 'resolved', item('resolved', [entry('claimed'), entry('resolved')])],
  ['redrive', 'failed', 'failedAgain', item('open', [entry('claimed'), entry('failed-again')])],
  ['redrive', 'failed, its item lost meanwhile', 'failedAgain', item('open', [entry('failed')])],
  ['redrive', 'set back', 'left-out', item('open', [entry('claimed'), entry('released')])],
  ['redrive', 'never its own', 'left-out', item('open', [entry('failed', 'job-2')], others)],
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
  [
    'redrive',
    'stale, and purged by others since',
    'stale',
    item('purged', [entry('claimed'), entry('purged', 'job-2')], others),
  ],
  [
    'redrive',
    'failed, and purged since',
    'failedAgain',
    item('purged', [entry('claimed'), entry('failed-again'), entry('purged', 'job-2')]),
  ],
  [
    'redrive',
    'set back, and purged since',
    'left-out',
    item('purged', [entry('claimed'), entry('released'), entry('purged', 'job-2')]),
  ],
  [
    'redrive',
    'forgotten, and purged since',
    'stale',
    item('purged', FULL, { ...others, revision: 99 }),
  ],
  ['discard', 'written', 'resolved', item('discarded', [entry('discarded')])],
  ['discard', 'written, and restored since', 'resolved', item('open', [entry('discarded')])],
  ['discard', 'never its own', 'left-out', item('resolved', [], others)],
  ['restore', 'written', 'resolved', item('open', [entry('restored')])],
  ['purge', 'asked for', 'pending', item('purging', [entry('purge-claimed')])],
  [
    'purge',
    'asked for by others, too',
    'pending',
    item('purging', [entry('purge-claimed'), entry('purge-claimed', 'job-2')]),
  ],
  [
    'purge',
    'asked for, and purged for others',
    'resolved',
    item('purged', [entry('purge-claimed'), entry('purged', 'job-2')], others),
  ],
  [
    'purge',
    'left alone, for others had it',
    'left-out',
    item('purged', [entry('purged', 'job-2')], others),
  ],
  ['redrive', 'failed, and forgotten by its history', 'failedAgain', item('open', FULL, failed)],
  ['redrive', 'set back, and forgotten', 'left-out', item('open', FULL, released)],
  ['redrive', 'sent, and forgotten', 'pending', item('redriving', FULL, { revision: 99 })],
  [
    'redrive',
    'forgotten, and redriven by others since',
    'stale',
    item('open', FULL, { ...others, revision: 99 }),
  ],
  ['discard', 'forgotten', 'resolved', item('discarded', FULL, { ...others, revision: 99 })],
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
