import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideStep, skipReason, type JobRules } from '../../../lib/decide/job-step.ts';
import { claim, claimPurge, discard, release, restore } from '../../../lib/decide/life.ts';
import { DEAD_LETTER_STATES, type DeadLetterItem } from '../../../lib/model/dead-letter.ts';
import { JOB_KINDS, type JobKind } from '../../../lib/model/job.ts';
import { deadLetterItem } from '../../support/dead-letter-items.ts';

const NOW_MS = 2_000_000_000_000;
const STALE_AFTER_MS = 60_000;
const TIMES = { startedAtMs: NOW_MS - 1_000_000, staleAfterMs: STALE_AFTER_MS };
const rules = (kind: JobKind, over: Partial<JobRules> = {}): JobRules => ({
  kind,
  force: false,
  redrivesMax: 3,
  ...over,
});
const change = (jobId: string, atMs = NOW_MS) => ({ atMs, by: 'ann', jobId, reason: 'mended' });
const claimedBy = (jobId: string, atMs = NOW_MS, item = deadLetterItem()) =>
  given(claim(item, change(jobId, atMs), STALE_AFTER_MS));
const discarded = given(discard(deadLetterItem(), change('other')));
const purging = given(claimPurge(discarded, change('other')));
const step = (item: DeadLetterItem | undefined, kind: JobKind, nowMs = NOW_MS) =>
  decideStep(item, rules(kind), change('job-1', nowMs), TIMES);

function given(item: DeadLetterItem | undefined): DeadLetterItem {
  if (item === undefined) throw new Error('not possible from that state');
  return item;
}

/** As an outcome leaves it. */
function ended(item: DeadLetterItem, outcome: 'resolved' | 'failed'): DeadLetterItem {
  const to = outcome === 'resolved' ? 'resolved' : 'open';
  const what = outcome === 'resolved' ? 'resolved' : 'failed-again';
  const jobId = item.redrive?.id ?? '';
  const entry = { atMs: NOW_MS, what, by: 'f', from: item.state, to, jobId } as const;
  return {
    ...item,
    revision: item.revision + 1,
    state: to,
    redrive: item.redrive && { ...item.redrive, outcome },
    history: [...item.history, entry],
  };
}

describe('why a dead letter is left alone', () => {
  const stale = claimedBy('other', NOW_MS - STALE_AFTER_MS);
  it.each([
    { kind: 'redrive', of: 'nothing', item: undefined, gives: 'not-found' },
    { kind: 'redrive', of: 'open', item: deadLetterItem(), gives: undefined },
    { kind: 'redrive', of: 'redriving', item: claimedBy('other'), gives: 'redriving' },
    { kind: 'redrive', of: 'stale', item: stale, gives: undefined },
    { kind: 'redrive', of: 'discarded', item: discarded, gives: 'wrong-state' },
    {
      kind: 'redrive',
      of: 'no bytes',
      item: deadLetterItem({ bytesMissing: true }),
      gives: 'bytes-missing',
    },
    { kind: 'redrive', of: 'twice', item: deadLetterItem({ redriveCount: 2 }), gives: undefined },
    {
      kind: 'redrive',
      of: 'thrice',
      item: deadLetterItem({ redriveCount: 3 }),
      gives: 'redriven-too-often',
    },
    { kind: 'discard', of: 'open', item: deadLetterItem(), gives: undefined },
    { kind: 'discard', of: 'redriving', item: claimedBy('other'), gives: 'redriving' },
    { kind: 'discard', of: 'stale', item: stale, gives: 'redriving' },
    { kind: 'discard', of: 'discarded', item: discarded, gives: 'wrong-state' },
    { kind: 'restore', of: 'discarded', item: discarded, gives: undefined },
    { kind: 'restore', of: 'purging', item: purging, gives: 'wrong-state' },
    { kind: 'restore', of: 'open', item: deadLetterItem(), gives: 'wrong-state' },
    { kind: 'purge', of: 'discarded', item: discarded, gives: undefined },
    { kind: 'purge', of: 'purging', item: purging, gives: undefined },
    { kind: 'purge', of: 'open', item: deadLetterItem(), gives: 'wrong-state' },
  ] as const)('$kind of $of: $gives', ({ kind, item, gives }) => {
    expect(skipReason(item, rules(kind), NOW_MS)).toBe(gives);
  });

  it('force takes what was redriven too often, and never what has no bytes', () => {
    const forced = rules('redrive', { force: true });
    expect(skipReason(deadLetterItem({ redriveCount: 9 }), forced, NOW_MS)).toBeUndefined();
    const without = deadLetterItem({ redriveCount: 9, bytesMissing: true });
    expect(skipReason(without, forced, NOW_MS)).toBe('bytes-missing');
  });
});

describe('what a slice does', () => {
  it.each([
    { kind: 'redrive', item: deadLetterItem(), to: 'redriving' },
    { kind: 'discard', item: deadLetterItem(), to: 'discarded' },
    { kind: 'restore', item: discarded, to: 'open' },
    { kind: 'purge', item: discarded, to: 'purging' },
  ] as const)('$kind writes $to on the revision that was read', ({ kind, item, to }) => {
    expect(step(item, kind)).toMatchObject({
      kind: 'write',
      item: { state: to, revision: item.revision + 1 },
    });
  });

  it('its own claim without outcome is published again, not claimed again', () => {
    const item = claimedBy('job-1');
    expect(step(item, 'redrive')).toEqual({ kind: 'publish-again', item });
  });

  it('its own claim that went stale is its own again before it is published', () => {
    const item = claimedBy('job-1', NOW_MS - STALE_AFTER_MS);
    expect(step(item, 'redrive')).toEqual({
      kind: 'write',
      item: {
        ...item,
        revision: item.revision + 1,
        redrive: { ...item.redrive, staleAtMs: NOW_MS + STALE_AFTER_MS },
      },
    });
  });

  it.each(['resolved', 'failed'] as const)(
    'its own claim that has ended (%s) is dealt with',
    (end) => {
      expect(step(ended(claimedBy('job-1'), end), 'redrive')).toEqual({ kind: 'dealt-with' });
    },
  );

  it('what it has sent, and another job has claimed since, is dealt with', () => {
    const failed = ended(claimedBy('job-1'), 'failed');
    const others = claimedBy('other', NOW_MS, failed);
    expect(step(others, 'redrive')).toEqual({ kind: 'dealt-with' });
    expect(step(ended(others, 'failed'), 'redrive')).toEqual({ kind: 'dealt-with' });
  });

  it('its claim that went stale, and that another job took, is the other’s', () => {
    const old = claimedBy('job-1', NOW_MS - STALE_AFTER_MS);
    const others = claimedBy('other', NOW_MS, old);
    expect(step(others, 'redrive')).toEqual({ kind: 'skip', reason: 'redriving' });
    expect(step(ended(others, 'failed'), 'redrive')).toEqual({ kind: 'skip', reason: 'redriving' });
    expect(step(ended(others, 'resolved'), 'redrive')).toEqual({ kind: 'dealt-with' });
  });

  it('what it has set back to open it never takes again', () => {
    const item = given(release(claimedBy('job-1'), change('job-1')));
    expect(step(item, 'redrive')).toEqual({ kind: 'skip', reason: 'wrong-state' });
    expect(decideStep(item, rules('redrive'), change('job-2'), TIMES).kind).toBe('write');
  });

  it.each([
    { kind: 'discard', item: given(discard(deadLetterItem(), change('job-1'))) },
    { kind: 'restore', item: given(restore(discarded, change('job-1'))) },
  ] as const)('a $kind that was written is not written again', ({ kind, item }) => {
    expect(step(item, kind)).toEqual({ kind: 'dealt-with' });
  });

  it('a purge is asked for again until it is there, whoever has claimed it', () => {
    const own = given(claimPurge(discarded, change('job-1')));
    expect(step(own, 'purge')).toEqual({ kind: 'publish-again', item: own });
    const claimed = claimPurge(purging, change('job-1'));
    expect(step(purging, 'purge')).toEqual({ kind: 'write', item: claimed });
    const purged = { ...own, state: 'purged' as const };
    expect(step(purged, 'purge')).toEqual({ kind: 'dealt-with' });
  });

  it('claims each at most once, whatever happens in between, and however much', () => {
    const event = fc.constantFrom(
      'own',
      'other',
      'resolved',
      'failed',
      'released',
      'late',
      'discarded and restored',
    );
    const others = { atMs: NOW_MS, by: 'bob', reason: 'x' };
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let item = deadLetterItem();
        let nowMs = NOW_MS;
        let claims = 0;
        for (const one of events) {
          if (one === 'discarded and restored') {
            for (let n = 0; n < 9; n++) {
              item = discard(item, { ...others, jobId: `d-${n}` }) ?? item;
              item = restore(item, { ...others, jobId: `r-${n}` }) ?? item;
            }
          }
          if (one === 'late') nowMs += STALE_AFTER_MS;
          if (one === 'own') {
            const next = step(item, 'redrive', nowMs);
            // One that is renewed is none more.
            if (next.kind === 'write' && item.redrive?.id !== 'job-1') claims += 1;
            if (next.kind === 'write') item = next.item;
          }
          if (one === 'other') {
            item = claim(item, change('other', nowMs), STALE_AFTER_MS) ?? item;
          }
          if (one === 'released') item = release(item, change('job-1', nowMs)) ?? item;
          if ((one === 'resolved' || one === 'failed') && item.state === 'redriving') {
            item = ended(item, one);
          }
        }
        expect(claims).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is total, and never writes a state that its kind does not lead to', () => {
    const leadsTo = {
      redrive: 'redriving',
      discard: 'discarded',
      restore: 'open',
      purge: 'purging',
    };
    const assertion = () =>
      fc.assert(
        fc.property(
          fc.constantFrom(...DEAD_LETTER_STATES),
          fc.constantFrom(...JOB_KINDS),
          fc.boolean(),
          (state, kind, bytesMissing) => {
            const next = step(deadLetterItem({ state, bytesMissing }), kind);
            return next.kind !== 'write' || next.item.state === leadsTo[kind];
          },
        ),
      );
    expect(assertion).not.toThrow();
  });
});
