import { runChild } from '../child.ts';
import type { Benchmark } from '../figure.ts';
import type { Overhead } from '../processes/overhead.ts';
import { spreadOf } from '../spread.ts';

export const overhead: Benchmark = {
  name: 'overhead',
  method:
    'One process; an event of 1,000 orders of 4 partitions, each with a key of its own. In turn, 300 times after 100 that do not count: JSON.parse of the event; the handler of process-orders (middy, decoding, dispatch, time limits, log lines at INFO written to /dev/null, metrics, answer) over a business that does nothing; the same over the orders’ own business (schema, shipping cost) with a store in memory. Time of a batch, divided by 1,000.',
  async run() {
    const { nothing, orders, parsing } = await runChild<Overhead>('overhead.ts');
    return [
      {
        figure: 'Overhead of a processed record, a business that does nothing',
        unit: 'µs',
        spread: spreadOf(nothing),
        atMost: 20,
      },
      {
        figure: '– the same with the orders’ own checks, store in memory',
        unit: 'µs',
        spread: spreadOf(orders),
      },
      { figure: '– JSON.parse of the event alone', unit: 'µs', spread: spreadOf(parsing) },
    ];
  },
};
