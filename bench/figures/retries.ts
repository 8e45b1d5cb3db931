import { until } from '../../test/support/until.ts';
import { attemptStarts, retriesOf, type Retry } from '../attempts.ts';
import { startStorelessService } from '../deployed-settings.ts';
import type { Bench, Benchmark, Line } from '../figure.ts';
import { sendOrders } from '../load.ts';
import { percentile, spreadOf } from '../spread.ts';

/** Not counted: processes start, code gets warm. */
const WARM_UP_SECONDS = 10;
const WINDOWS = 3;
const TIERS = 3;
const RATES = [
  { perSecond: 4, windowSeconds: 20 },
  { perSecond: 200, windowSeconds: 8 },
] as const;

export const retries: Benchmark = {
  name: 'retries',
  method:
    'The whole stack on one machine: a real broker, the local event source mappings (five invocations of a mapping at a time), the packaged functions in processes of their own with the settings of a deployment (batches of up to 100; waits of 1, 2 and 4 s). Their business checks the order and fails it, but stores none, since the stand-in for the store would take its share of the same machine. Orders that fail three times are sent at a steady rate, so that as many enter each of the three tiers a second. 10 s do not count; then three windows (20 s each at 4/s, 8 s each at 200/s), of which each gives one p50 and one p99 over all tiers. From the failure of an attempt, by the functions’ log, to the start of the next, by the business’s: lateness is counted from delay × (1 + jitter), and early is what starts before its own due time.',
  async run(bench) {
    const lines: Line[] = [];
    for (const jitter of [0, 0.2]) {
      for (const rate of RATES) lines.push(...(await measure(rate, jitter, bench)));
    }
    return lines;
  },
};

async function measure(
  { perSecond, windowSeconds }: (typeof RATES)[number],
  jitter: number,
  { stack, say }: Bench,
): Promise<readonly Line[]> {
  await using service = await startStorelessService(await stack(), {
    DLQ_RETRY_JITTER: String(jitter),
  });
  const seconds = WARM_UP_SECONDS + WINDOWS * windowSeconds;
  say(`retries at ${perSecond}/s with jitter ${jitter}: ${seconds} s`);
  const sent = await sendOrders(service, {
    perSecond,
    seconds,
    idPrefix: () => `ORDER-TEST-FLAKY-${TIERS}`,
  });
  await until('every order through its tiers', () => {
    const starts = [...attemptStarts(service.logged()).keys()];
    const ended = starts.filter((place) => place.endsWith(`/${TIERS + 1}`));
    return ended.length >= sent.length ? true : undefined;
  });
  const { tiers } = service.config.policy;
  const found = retriesOf(
    service.logged(),
    tiers.map(({ delayMs }) => delayMs),
    jitter,
  );
  const windowOf = new Map(
    sent.map(({ id, sinceStartMs }) => [
      id,
      Math.floor((sinceStartMs / 1000 - WARM_UP_SECONDS) / windowSeconds),
    ]),
  );
  const windows = Array.from({ length: WINDOWS }, (_, window) =>
    found.filter(({ orderId }) => windowOf.get(orderId) === window),
  );
  return linesOf(windows, `Retries at ${perSecond}/s, jitter ${jitter}`);
}

function linesOf(windows: readonly (readonly Retry[])[], what: string): readonly Line[] {
  const latenessOf = (share: number) =>
    spreadOf(
      windows.map((retries) =>
        percentile(
          retries.map(({ latenessMs }) => Math.max(0, latenessMs)),
          share,
        ),
      ),
    );
  const early = windows.map((retries) => retries.filter(({ afterDueMs }) => afterDueMs < 0).length);
  return [
    { figure: `${what}: lateness p50`, unit: 'ms', spread: latenessOf(0.5), atMost: 10 },
    { figure: `${what}: lateness p99`, unit: 'ms', spread: latenessOf(0.99), atMost: 50 },
    { figure: `${what}: early ones`, unit: 'records', spread: spreadOf(early), atMost: 0 },
  ];
}
