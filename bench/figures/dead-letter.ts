import { setTimeout as sleep } from 'node:timers/promises';
import { createApi } from '../../test/support/api.ts';
import { until } from '../../test/support/until.ts';
import { failedAttempts } from '../attempts.ts';
import { startDefaultService } from '../deployed-settings.ts';
import type { Benchmark } from '../figure.ts';
import { sendOrders } from '../load.ts';
import { spreadOf } from '../spread.ts';

const ORDERS = 20;
/** Before it nobody asks, so that asking takes nothing from what is measured. */
const FIRST_LOOK_MS = 6_900;
const LOOK_MS = 5;

export const deadLetter: Benchmark = {
  name: 'dead-letter',
  method:
    'The same stack with the functions as they are deployed, orders’ store included, jitter 0. 20 orders that always fail, two a second, after as many that do not count. From the first attempt’s failure (functions’ log) until the list of the API has the dead letter and `GET /api/dlq/messages/{id}` answers it whole; asked every 5 ms from 6.9 s on, through the packaged handlers’ own code in this process.',
  async run({ stack, say }) {
    const running = await stack();
    await using service = await startDefaultService(running, { DLQ_RETRY_JITTER: '0' });
    const api = createApi(service.config, running.dynamodbEndpoint);
    const times: number[] = [];
    for (const isWarm of [false, true]) {
      say(`dead letters: ${isWarm ? 'measured' : 'warm-up'}`);
      const watched: Promise<number>[] = [];
      const sent = await sendOrders(service, {
        perSecond: 2,
        seconds: ORDERS / 2,
        idPrefix: () => 'ORDER-TEST-FAIL',
        onSent: (id) => watched.push(readableAfterMs(id)),
      });
      if (watched.length !== sent.length) throw new Error('an order is not watched');
      const took = await Promise.all(watched);
      if (isWarm) times.push(...took);
    }
    return [
      {
        figure: 'First failure → dead letter readable through the API, jitter 0',
        unit: 's',
        spread: spreadOf(times.map((ms) => ms / 1000)),
        atMost: 7.3,
      },
    ];

    async function readableAfterMs(orderId: string): Promise<number> {
      const first = await until(`${orderId} failed`, () =>
        failedAttempts(service.logged()).find((one) => one.orderId === orderId),
      );
      await sleep(Math.max(0, first.failedAtMs + FIRST_LOOK_MS - Date.now()));
      for (;;) {
        const { body } = await api.list(`?orderId=${orderId}`);
        const [item] = body['messages'] as readonly { readonly id: string }[];
        if (item !== undefined && (await api.message(item.id)).status === 200) {
          return Date.now() - first.failedAtMs;
        }
        if (Date.now() - first.failedAtMs > 60_000) throw new Error(`${orderId} is not readable`);
        await sleep(LOOK_MS);
      }
    }
  },
};
