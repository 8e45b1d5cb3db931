import { until } from '../../test/support/until.ts';
import { startStorelessService } from '../deployed-settings.ts';
import type { Benchmark } from '../figure.ts';
import { sendOrders } from '../load.ts';
import { percentile, spreadOf } from '../spread.ts';

const PER_SECOND = 200;
const EVERY_WHICH_FAILS = 50;
const WARM_UP_SECONDS = 10;
const WINDOWS = 3;
const WINDOW_SECONDS = 10;

export const healthy: Benchmark = {
  name: 'healthy',
  method:
    'The same stack and business, jitter 0. 200 orders a second, every 50th of which always fails and goes through its retries to the DLQ, its topic and its index. 10 s do not count; then three windows of 10 s. For each healthy order the time from the instant at which it was due to be sent (so what holds up the sender counts) until the line that says it was processed.',
  async run({ stack, say }) {
    await using service = await startStorelessService(await stack(), { DLQ_RETRY_JITTER: '0' });
    const seconds = WARM_UP_SECONDS + WINDOWS * WINDOW_SECONDS;
    say(`healthy orders beside failing ones: ${seconds} s`);
    const fails = (index: number) => index % EVERY_WHICH_FAILS === 0;
    const sent = await sendOrders(service, {
      perSecond: PER_SECOND,
      seconds,
      idPrefix: (index) => (fails(index) ? 'ORDER-TEST-FAIL' : 'ORDER-GOOD'),
    });
    const healthySent = sent.filter((_, index) => !fails(index));
    const doneAtMs = await until('every healthy order processed', () => {
      const done = service
        .logged()
        .filter(({ message }) => String(message).endsWith(' processed successfully'));
      if (done.length < healthySent.length) return undefined;
      return new Map(
        done.map(({ orderId, timestamp }) => [orderId, Date.parse(String(timestamp))]),
      );
    });
    const windows = Array.from({ length: WINDOWS }, (_, window) =>
      healthySent
        .filter(({ sinceStartMs }) => {
          const second = sinceStartMs / 1000 - WARM_UP_SECONDS;
          return Math.floor(second / WINDOW_SECONDS) === window;
        })
        .map(({ id, dueAtMs }) => (doneAtMs.get(id) ?? Number.NaN) - dueAtMs),
    );
    const figure = 'Healthy orders beside 2 % failing ones, 200/s, end to end';
    const at = (share: number) => spreadOf(windows.map((times) => percentile(times, share)));
    return [
      { figure: `${figure}: p50`, unit: 'ms', spread: at(0.5), atMost: 15 },
      { figure: `${figure}: p99`, unit: 'ms', spread: at(0.99), atMost: 50 },
    ];
  },
};
