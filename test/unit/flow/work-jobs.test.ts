import { expect, it } from 'vitest';
import { startJobFlow } from '../../support/job-flow.ts';

const everything = { kind: 'filter', filter: {} } as const;

it('a redrive sends each dead letter once, byte for byte, and ends when all are resolved', async () => {
  const flow = startJobFlow();
  const ids = await flow.plant(30);
  const job = await flow.start(everything);
  await flow.work();
  const ended = await flow.job(job.id);
  expect(ended).toMatchObject({
    state: 'done',
    planned: 30,
    progress: { position: 30, sent: 30, resolved: 30, failedAgain: 0, stale: 0, skipped: {} },
  });
  expect(flow.copies.map(({ id }) => id)).toEqual(ids);
  expect((await flow.items(ids)).map(({ state }) => state)).toEqual(ids.map(() => 'resolved'));
});
