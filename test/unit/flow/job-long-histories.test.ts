import { expect, it } from 'vitest';
import { HISTORY_ENTRIES_MAX } from '../../../lib/decide/history.ts';
import { claim, discard, restore } from '../../../lib/decide/life.ts';
import type { DeadLetterItem } from '../../../lib/model/dead-letter.ts';
import { startJobFlow } from '../../support/job-flow.ts';

const EVERYTHING = { kind: 'filter', filter: {} } as const;
const SETTINGS = { canary: 12, stopAtFailureRatio: 1 };

type Flow = ReturnType<typeof startJobFlow>;

/** Others discard and restore what is open, until nothing else is left in the history. */
async function toss(flow: Flow, ids: readonly string[]): Promise<void> {
  for (const item of await flow.index.getMany(ids)) {
    let now: DeadLetterItem = item;
    for (let n = 0; n < HISTORY_ENTRIES_MAX; n++) {
      const change = { atMs: flow.clock.nowMs(), by: 'bob', jobId: `other-${n}`, reason: 'x' };
      const next = discard(now, change) ?? restore(now, change);
      if (next === undefined) break;
      await flow.index.put(next, now.revision);
      now = next;
    }
    const open = restore(now, {
      atMs: flow.clock.nowMs(),
      by: 'bob',
      jobId: 'other',
      reason: 'x',
    });
    if (open !== undefined) await flow.index.put(open, now.revision);
  }
}

it.each(['before', 'after'] as const)(
  'a redrive that dies at each of its effects (%s) sends and counts each once, however often others change it meanwhile',
  async (when) => {
    let hasTossed = false;
    for (let at = 0, hasDied = true; hasDied; at++) {
      const flow = startJobFlow({ outcome: () => 'failed' });
      const ids = await flow.plant(3);
      const job = await flow.start(EVERYTHING, SETTINGS);
      hasDied = false;
      const sentAtDeath: string[] = [];
      await flow.work([{ at, when }], {}, async () => {
        hasDied = true;
        await flow.clock.sleep(2_000);
        sentAtDeath.push(...flow.copies.map(({ id }) => id));
        const open = await flow.index.getMany(sentAtDeath);
        hasTossed ||= open.length > 0;
        await toss(flow, sentAtDeath);
      });
      const copies = flow.copies.map(({ id }) => id);
      expect([at, new Set(copies).size, copies.length]).toEqual([at, 3, 3]);
      const { state, progress } = await flow.job(job.id);
      expect([at, state]).toEqual([at, 'done']);
      expect(progress).toMatchObject({ sent: 3, failedAgain: 3, resolved: 0, stale: 0 });
      const items = await flow.items(ids);
      expect(items.map(({ redriveCount }) => redriveCount)).toEqual([1, 1, 1]);
    }
    expect(hasTossed).toBe(true);
  },
  60_000,
);

it('what another redrive took since, and nobody can tell of any more, is left alone', async () => {
  let times = 0;
  for (let at = 0, hasDied = true; hasDied; at++) {
    const flow = startJobFlow({ outcome: () => 'failed' });
    const ids = await flow.plant(1);
    const job = await flow.start(EVERYTHING, SETTINGS);
    hasDied = false;
    let isTaken = false;
    await flow.work([{ at, when: 'after' }], {}, async () => {
      hasDied = true;
      await flow.clock.sleep(2_000);
      const [item] = await flow.index.getMany(ids);
      if (item?.redrive?.outcome !== 'failed') return;
      isTaken = true;
      const other = { atMs: flow.clock.nowMs(), by: 'bob', jobId: 'other', reason: 'x' };
      const claimed = claim(item, other, 1_000);
      if (claimed) await flow.index.put({ ...claimed, state: 'open' }, item.revision);
      await toss(flow, ids);
    });
    if (isTaken) times += 1;
    expect([at, flow.copies.length]).toEqual([at, 1]);
    const { state, progress } = await flow.job(job.id);
    expect(state).toBe('done');
    // Its own outcome cannot be told any more: stale, or left alone, and never resolved.
    const { sent, resolved, failedAgain, stale, skipped } = progress;
    expect([at, resolved, sent]).toEqual([at, 0, failedAgain + stale]);
    expect([at, sent + (skipped['wrong-state'] ?? 0)]).toEqual([at, 1]);
  }
  expect(times).toBeGreaterThan(0);
});
