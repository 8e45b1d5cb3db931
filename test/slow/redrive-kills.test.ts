import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeadLetterItem } from '../../lib/model/dead-letter.ts';
import type { JobSettings } from '../../lib/model/job.ts';
import { bundleDyingFunctions, type DyingFunctions } from '../support/dying-functions.ts';
import { redrivesOf, type Redrives } from '../support/redrives.ts';
import { startService, type Service } from '../support/service.ts';

/**
 * Effects of a redrive, in the order in which they happen. Between its publication and its sent mark a chunk may be sent
 * again, unless its outcomes are there before the slice that takes over.
 */
const DEATHS: readonly [
  death: string,
  copiesOfEach: 'once' | 'once or twice',
  settings?: Partial<JobSettings>,
][] = [
  ['work-dlq-jobs.job-hold.before', 'once'],
  ['work-dlq-jobs.job-hold.after', 'once'],
  ['work-dlq-jobs.item-redriving.before', 'once'],
  ['work-dlq-jobs.item-redriving.after', 'once'],
  ['work-dlq-jobs.publish-redrive.before', 'once'],
  ['work-dlq-jobs.publish-redrive.after', 'once or twice'],
  ['work-dlq-jobs.job-sent-mark.before', 'once or twice'],
  ['work-dlq-jobs.job-sent-mark.after', 'once'],
  ['work-dlq-jobs.job-next-wave.before', 'once', { canary: 4 }],
  ['work-dlq-jobs.job-next-wave.after', 'once', { canary: 4 }],
  // One a second takes longer than a slice: its record of the jobs topic hands the job on.
  ['work-dlq-jobs.publish-jobs.before', 'once', { ratePerSecond: 1 }],
  ['work-dlq-jobs.publish-jobs.after', 'once', { ratePerSecond: 1 }],
  ['work-dlq-jobs.job-end.before', 'once'],
  ['work-dlq-jobs.job-end.after', 'once'],
  ['retry-orders.order.before', 'once'],
  ['retry-orders.order.after', 'once'],
  ['retry-orders.publish-intake.before', 'once'],
  ['retry-orders.publish-intake.after', 'once'],
  ['publish-dead-letter.publish-dlq.before', 'once'],
  ['publish-dead-letter.publish-dlq.after', 'once'],
  ['publish-dead-letter.item-resolved.before', 'once'],
  ['publish-dead-letter.item-resolved.after', 'once'],
];

/** Of a redrive whose cause is still there: what comes after it was processed. */
const DEATHS_OF_FAILURES = [
  'retry-orders.publish-intake.before',
  'retry-orders.publish-intake.after',
  'publish-dead-letter.publish-dlq.before',
  'publish-dead-letter.publish-dlq.after',
  'publish-dead-letter.item-open.before',
  'publish-dead-letter.item-open.after',
] as const;

const EACH = 12;
/** Dead letters of a chunk at 50 a second. */
const CHUNK = 10;

let dying: DyingFunctions;
let service: Service;
let redrives: Redrives;
let left: DeadLetterItem[];
let failing: DeadLetterItem[];
beforeAll(async () => {
  dying = await bundleDyingFunctions();
  // Slices are short: several work one redrive.
  const env = { ...dying.env, FUNCTION_TIMEOUT_MS: '12000', PROCESSING_TIMEOUT_MS: '5000' };
  service = await startService({ bundleDir: dying.bundleDir, env });
  redrives = redrivesOf(service);
  const orders = (count: number, prefix: string) =>
    Array.from({ length: count }, (_, n) => service.order(`${prefix}-${n}`));
  const healing = orders(DEATHS.length * EACH, 'ORDER-TEST-HEALS-1');
  const all = [...healing, ...orders(DEATHS_OF_FAILURES.length * EACH, 'ORDER-TEST-FAIL')];
  await service.produce(...all);
  const open = await redrives.untilOpen(all.length);
  const heals = ({ orderId }: DeadLetterItem) => orderId?.startsWith('ORDER-TEST-HEALS') === true;
  left = open.filter(heals);
  failing = open.filter((item) => !heals(item));
});
afterAll(() => service[Symbol.asyncDispose]());

it.each(DEATHS)(
  'SIGKILL at %s: each is sent and resolved, %s',
  async (death, copiesOfEach, own = {}) => {
    const items = left.splice(0, EACH);
    const ids = items.map(({ id }) => id);
    dying.ask(death);
    const settings = { canary: EACH, ratePerSecond: 50, ...own };
    const job = await redrives.startIds('redrive', ids, settings);
    const over = await redrives.untilOver(job, 120_000);

    expect(dying.hasHappened(death)).toBe(true);
    expect(over).toMatchObject({
      state: 'done',
      progress: { sent: EACH, resolved: EACH, failedAgain: 0, stale: 0, skipped: {} },
    });
    const copies = (await redrives.copies()).filter(({ redriveId }) => redriveId === job.id);
    const byId = Map.groupBy(copies, ({ id }) => id);
    expect(ids.filter((id) => !byId.has(id))).toEqual([]);
    expect(byId.size).toBe(EACH);
    const twiceMax = copiesOfEach === 'once' ? 0 : CHUNK;
    expect(copies.length - EACH).toBeLessThanOrEqual(twiceMax);

    const resolved = (await redrives.items('resolved')).filter(({ id }) => ids.includes(id));
    expect(resolved).toHaveLength(EACH);
    for (const { history, redriveCount, orderId } of resolved) {
      expect(redriveCount).toBe(1);
      expect(history.map(({ what }) => what)).toEqual(['failed', 'claimed', 'resolved']);
      expect(await service.storedOrder(orderId ?? '')).toBeDefined();
    }
    const tombstones = await redrives.tombstones();
    expect(ids.filter((id) => tombstones.get(id) !== true)).toEqual([]);
  },
);

it.each(DEATHS_OF_FAILURES)(
  'SIGKILL at %s: each that fails again is sent once, and open again with its history',
  async (death) => {
    const ids = failing.splice(0, EACH).map(({ id }) => id);
    dying.ask(death);
    const settings = { canary: EACH, ratePerSecond: 50, stopAtFailureRatio: 1 };
    const job = await redrives.startIds('redrive', ids, settings);
    const over = await redrives.untilOver(job, 120_000);

    expect(dying.hasHappened(death)).toBe(true);
    expect(over).toMatchObject({
      state: 'done',
      progress: { sent: EACH, resolved: 0, failedAgain: EACH, stale: 0, skipped: {} },
    });
    const copies = (await redrives.copies()).filter(({ redriveId }) => redriveId === job.id);
    expect(copies.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    const open = (await redrives.items('open')).filter(({ id }) => ids.includes(id));
    expect(open).toHaveLength(EACH);
    for (const { history, redriveCount, redrive, totalAttempts } of open) {
      expect(history.map(({ what }) => what)).toEqual(['failed', 'claimed', 'failed-again']);
      expect({ redriveCount, totalAttempts }).toEqual({ redriveCount: 1, totalAttempts: 8 });
      expect(redrive).toMatchObject({ id: job.id, outcome: 'failed' });
    }
    const tombstones = await redrives.tombstones();
    expect(ids.filter((id) => tombstones.get(id) !== false)).toEqual([]);
  },
);
