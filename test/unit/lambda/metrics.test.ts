import { afterEach, expect, it, vi } from 'vitest';
import { createMetrics } from '../../../lib/lambda/metrics.ts';

interface EmfLine extends Record<string, unknown> {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
}

/** What reaches stdout while `work` runs. */
function emitted(work: () => void): EmfLine[] {
  const written: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written.push(String(chunk));
    return true;
  });
  try {
    work();
  } finally {
    spy.mockRestore();
  }
  return written
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as EmfLine);
}

const create = () => createMetrics({ namespace: 'OrderService', service: 'order-service' });

afterEach(() => vi.restoreAllMocks());

it('sums counts up and writes one line per set of dimensions at the flush, not before', () => {
  const metrics = create();

  expect(emitted(() => metrics.add('RecordsProcessed', 1))).toEqual([]);
  const lines = emitted(() => {
    metrics.add('RecordsProcessed', 2);
    metrics.add('RecordsRetried', 1, { tier: 'order-events-retry-1s' });
    metrics.add('RecordsRetried', 1, { tier: 'order-events-retry-2s' });
    metrics.flush();
  });

  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatchObject({ service: 'order-service', RecordsProcessed: 3 });
  expect(lines[1]).toMatchObject({ tier: 'order-events-retry-1s', RecordsRetried: 1 });
  expect(lines[1]?._aws.CloudWatchMetrics[0]).toMatchObject({
    Namespace: 'OrderService',
    Dimensions: [['service', 'tier']],
    Metrics: [{ Name: 'RecordsRetried', Unit: 'Count' }],
  });
});

it('writes nothing at a flush without metrics, and nothing twice', () => {
  const metrics = create();

  expect(emitted(() => metrics.flush())).toEqual([]);
  metrics.add('RecordsUnsettled', 1);
  expect(emitted(() => metrics.flush())).toHaveLength(1);
  expect(emitted(() => metrics.flush())).toEqual([]);
});

it('keeps every value of a measure, also more than one line can hold, with its dimensions', () => {
  const metrics = create();

  const lines = emitted(() => {
    for (let i = 0; i < 250; i++) metrics.add('RetryLateness', i, { tier: 't' });
    metrics.flush();
  });

  const values = lines.flatMap((line) => line.RetryLateness as number[]);
  expect(values).toEqual(Array.from({ length: 250 }, (_, i) => i));
  expect(lines.every((line) => line.tier === 't')).toBe(true);
});

it('leaves out what is no number', () => {
  const metrics = create();

  const lines = emitted(() => {
    metrics.add('RetryLateness', Number.NaN);
    metrics.add('RecordsProcessed', Number.POSITIVE_INFINITY);
    metrics.flush();
  });

  expect(lines).toEqual([]);
});
