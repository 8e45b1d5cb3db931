import { expect, it } from 'vitest';
import { readRetryState } from '../../lib/codec/retry-state.ts';
import { isCounting, pendingOf } from '../../lib/decide/job-count.ts';
import type { RecordContent } from '../../lib/model/record.ts';
import { serviceWithRedrives } from '../support/redrives.ts';
import { until } from '../support/until.ts';

// What fails takes three and a half seconds to fail for good.
const started = serviceWithRedrives({ DLQ_RETRY_BACKOFF_MS: '500' });

it('a redrive whose cause is not fixed stops by itself after the canary, and the history says how it went', async () => {
  const { service, redrives } = started();
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

it('one that is called off has ended at once, and goes on counting how each that it has sent ends', async () => {
  const { service, redrives } = started();
  const open = await redrives.items('open');
  const sentBefore = (await redrives.copies()).length;
  const settings = { canary: 100, stopAtFailureRatio: 1, ratePerSecond: 4, force: true };
  const job = await redrives.start('redrive', {}, settings);
  await until('some of it sent', async () =>
    (await redrives.job(job.id)).progress.sent >= 5 ? true : undefined,
  );
  await redrives.cancel(job);
  const over = await redrives.untilOver(job);
  expect(over).toMatchObject({ state: 'cancelled', cancelledBy: 'local' });
  // Each of them fails again after all of its retries.
  expect(pendingOf(over)).toBeGreaterThan(0);
  await expect(redrives.cancel(job)).rejects.toMatchObject({ code: 'JOB_NOT_CANCELLABLE' });

  const counted = await until('all of it counted', async () => {
    const now = await redrives.job(job.id);
    return isCounting(now) ? undefined : now;
  });
  const { sent } = over.progress;
  expect(counted.progress).toMatchObject({ sent, failedAgain: sent, resolved: 0, stale: 0 });
  expect([counted.state, counted.endedAtMs]).toEqual(['cancelled', over.endedAtMs]);
  expect(await redrives.copies()).toHaveLength(sentBefore + sent);
  expect(await redrives.items('open')).toHaveLength(open.length);
  expect(service.linesOf(`Redrive ${job.id} is cancelled`)).toHaveLength(1);
});

it('a copy has key, value and headers byte for byte, whatever they are, and our state behind them', async () => {
  const { service, redrives } = started();
  const records: RecordContent[] = [
    {
      key: Buffer.from([0, 0xff, 0x80]),
      value: Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x00]),
      headers: [
        { key: 'a', value: Buffer.from('1') },
        { key: 'b', value: Buffer.alloc(0) },
        { key: 'a', value: null },
        { key: 'retry.state', value: Buffer.from('{"v":1,"attempt":9}') },
        { key: '', value: Buffer.from([0x80, 0xff]) },
      ],
    },
    { key: null, value: Buffer.from('no order'), headers: [] },
    { key: Buffer.alloc(0), value: Buffer.alloc(0), headers: [] },
    { key: Buffer.from('no value'), value: null, headers: [] },
  ];
  const places = await service.produce(...records);
  const open = await redrives.untilOpen(20 + records.length);
  const items = places.map((place) =>
    open.find(
      ({ originalPartition, originalOffset }) =>
        originalPartition === place.partition && originalOffset === place.offset,
    ),
  );
  const settings = { canary: records.length, stopAtFailureRatio: 1 };
  const ids = items.map((item) => item?.id ?? '');
  const job = await redrives.startIds('redrive', ids, settings);
  expect(await redrives.untilOver(job)).toMatchObject({
    state: 'done',
    progress: { sent: records.length, failedAgain: records.length, skipped: {} },
  });

  const written = await service.readTopic(service.config.topics.redrive);
  const { order: topic } = service.config.topics;
  for (const [at, { key, value, headers }] of records.entries()) {
    const copies = written.flatMap((record) => {
      const read = readRetryState(record.headers);
      if (read.kind !== 'valid' || read.state.redrive?.id !== job.id) return [];
      const { partition, offset } = read.state.origin;
      const isIts = partition === places[at]?.partition && offset === places[at].offset;
      return isIts ? [{ record, read }] : [];
    });
    expect(copies).toHaveLength(1);
    const [copy] = copies;
    expect(plain(copy?.record.key)).toEqual(plain(key));
    expect(plain(copy?.record.value)).toEqual(plain(value));
    expect(copy?.record.headers.at(-1)?.key).toBe('retry.state');
    expect(copy?.read.headers.map((one) => [one.key, plain(one.value)])).toEqual(
      headers.map((one) => [one.key, plain(one.value)]),
    );
    expect(copy?.read.state).toEqual({
      attempt: 1,
      origin: {
        topic,
        partition: places[at]?.partition,
        offset: places[at]?.offset,
        timestampMs: expect.any(Number) as number,
      },
      redrive: { id: job.id, count: 1 },
    });
  }
});

/** Null and empty stay apart. */
function plain(bytes: Uint8Array | null | undefined): string | null | undefined {
  return bytes && Buffer.from(bytes).toString('hex');
}
