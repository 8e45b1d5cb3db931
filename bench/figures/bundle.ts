import { statSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from '../child.ts';
import type { Benchmark } from '../figure.ts';
import { spreadOf } from '../spread.ts';

const STARTS = 20;
const KB = 1000;

export const bundle: Benchmark = {
  name: 'bundle',
  method:
    'The packaged process-orders (minified, without the AWS SDK, which is part of the runtime): its size; and how long `require` of it takes in 20 fresh processes, wiring included, after one that does not count.',
  async run({ stack }) {
    const { bundleDir, kafkaBrokers } = await stack();
    const file = join(bundleDir, 'process-orders.cjs');
    const env = {
      KAFKA_BROKERS: kafkaBrokers,
      SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9',
      PARTIAL_BATCH_RESPONSES: 'on',
    };
    const times: number[] = [];
    for (let start = 0; start <= STARTS; start++) {
      const tookMs = await runChild<number>('cold-import.cjs', { args: [file], env });
      if (start > 0) times.push(tookMs);
    }
    const kilobytes = statSync(file).size / KB;
    return [
      {
        figure: 'Bundle of process-orders, minified',
        unit: 'KB',
        spread: spreadOf([kilobytes]),
        atMost: 400,
      },
      { figure: 'Its cold import', unit: 'ms', spread: spreadOf(times), atMost: 250 },
    ];
  },
};
