import { afterAll, beforeAll, expect, it } from 'vitest';
import { redrivesOf, type Redrives } from '../support/redrives.ts';
import { startService, type Service } from '../support/service.ts';

let service: Service;
let redrives: Redrives;
beforeAll(async () => {
  service = await startService();
  redrives = redrivesOf(service);
});
afterAll(() => service[Symbol.asyncDispose]());

it('a redrive whose cause is not fixed stops by itself after the canary, and the history says how it went', async () => {
  const orders = Array.from({ length: 20 }, (_, n) => service.order(`ORDER-TEST-FAIL-${n}`));
  await service.produce(...orders);
  const open = await redrives.untilOpen(20);
  const job = await redrives.start('redrive', {});
  const over = await redrives.untilOver(job);

  expect(over).toMatchObject({
    state: 'stopped',
    planned: 20,
    progress: { sent: 1, resolved: 0, failedAgain: 1, stale: 0 },
  });
  const copies = await redrives.copies();
  expect(copies).toHaveLength(1);
  const after = await redrives.items('open');
  expect(after).toHaveLength(20);
  const tried = after.filter(({ redriveCount }) => redriveCount > 0);
  expect(tried).toMatchObject([
    {
      id: copies[0]?.id,
      redriveCount: 1,
      redrive: { id: job.id, count: 1, outcome: 'failed' },
      totalAttempts: 8,
    },
  ]);
  expect(tried[0]?.history.map(({ what, jobId }) => [what, jobId])).toEqual([
    ['failed', undefined],
    ['claimed', job.id],
    ['failed-again', job.id],
  ]);
  const untouched = new Map(open.map((item) => [item.id, item.revision]));
  const changed = after.filter((item) => item.revision !== untouched.get(item.id));
  expect(changed.map(({ id }) => id)).toEqual([copies[0]?.id]);
  await service.untilLogged(`Redrive ${job.id} has stopped by itself: too many failed again`);
});
