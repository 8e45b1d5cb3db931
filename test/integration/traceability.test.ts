import { expect, it } from 'vitest';
import { header } from '../support/builders.ts';
import { startService } from '../support/service.ts';
import { until } from '../support/until.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

it('a dead letter tells which record, where it came from, how often it was tried, when it failed and why', async () => {
  await using service = await startService();
  const bad = service.order('ORDER-TEST-FAIL');
  const beganAtMs = Date.now();
  const headers = [header('traceparent', TRACEPARENT)];
  const [place] = await service.produce({ ...bad, headers });
  const [dead] = await service.untilDeadLetters(1);
  const sent = `Message sent to DLQ | OrderID: ${bad.id} | Error: ValueError | Retry Count: 3`;
  await service.untilLogged(sent);
  const fields = {
    originalMessage: Buffer.from(bad.value ?? []).toString(),
    errorMessage: 'Simulated processing failure',
    errorType: 'ValueError',
    retryCount: 3,
    failedAttempts: 4,
    originalTopic: service.config.topics.order,
    originalPartition: place?.partition,
    originalOffset: place?.offset,
    consumerGroup: service.config.consumerGroup,
  };
  expect(dead?.envelope).toMatchObject({ ...fields, orderId: bad.id, reason: 'retries-exhausted' });
  expect(dead?.item).toMatchObject({ ...fields, state: 'open', revision: 1 });

  const first = Date.parse(dead?.envelope.firstFailureTimestamp ?? '');
  const last = Date.parse(dead?.envelope.lastFailureTimestamp ?? '');
  expect(first).toBeGreaterThanOrEqual(beganAtMs);
  expect(last - first).toBeGreaterThanOrEqual(200 + 400 + 800);
  expect(last).toBeLessThanOrEqual(Date.now());

  // Whether its failure group is new is a matter of the other tests.
  const isOfItsWay = ({ message }: { message: string }) => !message.startsWith('New failure group');
  const about = service.logged().filter((line) => line.orderId === bad.id && isOfItsWay(line));
  expect(about.map(({ level, message }) => `${level} ${message}`)).toEqual([
    expect.stringMatching(/^WARN Will retry order \S+ in 0\.2 seconds \(retry 1\/3\)$/),
    expect.stringMatching(/^WARN Will retry order \S+ in 0\.[45] seconds \(retry 2\/3\)$/),
    expect.stringMatching(/^WARN Will retry order \S+ in (0\.[89]|1\.0) seconds \(retry 3\/3\)$/),
    `ERROR Max retries (3) exceeded for order ${bad.id}. Sending to DLQ...`,
    `ERROR ${sent}`,
  ]);
  expect(new Set(about.map((line) => line['trace_id']))).toEqual(
    new Set(['0af7651916cd43dd8448eb211c80319c']),
  );
  expect(new Set(about.map((line) => line['deadLetterId']))).toEqual(new Set([dead?.envelope.id]));
});

it('the metrics of its way stand in the functions’ log, each once', async () => {
  await using service = await startService();
  const good = service.order('ORDER-1');
  await service.produce(good);
  await service.untilStored(good.id);
  await service.produce(service.order('ORDER-TEST-FAIL'));
  await service.untilDeadLetters(1);
  const measured = (name: string) => service.logged().filter((line) => line[name] !== undefined);
  // The last one of the way, written when its invocation ends.
  await until('the metric of the dead letter', () => measured('DeadLettersPublished')[0]);
  const values = (name: string, dimension: string) =>
    measured(name).map((line) => [line[dimension], line[name]]);

  const [first, second, third] = service.config.policy.tiers.map(({ topic }) => topic);
  expect(values('RecordsProcessed', 'service')).toEqual([['order-service', 1]]);
  expect(values('RecordsRetried', 'tier')).toEqual([
    [first, 1],
    [second, 1],
    [third, 1],
  ]);
  expect(values('RecordsDeadLettered', 'reason')).toEqual([['retries-exhausted', 1]]);
  expect(values('DeadLettersPublished', 'reason')).toEqual([['retries-exhausted', 1]]);
  expect(measured('RecordsUnsettled')).toEqual([]);
  const lateness = measured('RetryLateness');
  expect(lateness.map(({ tier }) => tier)).toEqual([first, second, third]);
  for (const { RetryLateness } of lateness) expect(RetryLateness).toBeGreaterThanOrEqual(0);
});
