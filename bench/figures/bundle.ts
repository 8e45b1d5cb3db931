import { join } from 'node:path';
import { coldImports, kilobytes } from '../cold-import.ts';
import type { Benchmark } from '../figure.ts';
import { spreadOf } from '../spread.ts';

export const bundle: Benchmark = {
  name: 'bundle',
  method:
    'The packaged process-orders (minified, without the AWS SDK, which is part of the runtime): its size; and how long `require` of it takes in 20 fresh processes, wiring included, after one that does not count.',
  async run({ stack }) {
    const { bundleDir } = await stack();
    const file = join(bundleDir, 'process-orders.cjs');
    return [
      {
        figure: 'Bundle of process-orders, minified',
        unit: 'KB',
        spread: spreadOf([kilobytes(file)]),
        atMost: 400,
      },
      {
        figure: 'Its cold import',
        unit: 'ms',
        spread: spreadOf(await coldImports(file)),
        atMost: 250,
      },
    ];
  },
};
