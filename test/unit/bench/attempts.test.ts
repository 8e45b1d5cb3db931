import { expect, it } from 'vitest';
import { attemptStarts, failedAttempts, retriesOf } from '../../../bench/attempts.ts';
import type { FunctionLine } from '../../support/service.ts';

const line = (message: string | undefined, fields: Record<string, unknown>) =>
  ({ function: 'process-orders', level: 'WARN', message, ...fields }) as unknown as FunctionLine;

const lines = [
  line('Will retry order A in 1.1 seconds (retry 1/3)', {
    orderId: 'A',
    attempt: 1,
    failedAtMs: 1_000,
    delayMs: 1_100,
  }),
  line(undefined, { _aws: {} }),
  line('Order B processed successfully', { orderId: 'B', attempt: 1 }),
  line('Max retries (3) exceeded for order A. Sending to DLQ...', {
    orderId: 'A',
    attempt: 2,
    failedAtMs: 2_205,
  }),
];

it('reads the failed attempts out of the log', () => {
  expect(failedAttempts(lines)).toEqual([
    { orderId: 'A', attempt: 1, failedAtMs: 1_000, delayMs: 1_100 },
    { orderId: 'A', attempt: 2, failedAtMs: 2_205, delayMs: undefined },
  ]);
});

const start = (attempt: number, startedAtMs: number) =>
  line('attempt starts', { orderId: 'A', attempt, startedAtMs });

it('reads the starts out of the log', () => {
  expect([...attemptStarts([...lines, start(2, 2_105)])]).toEqual([['A/2', 2_105]]);
});

it('counts lateness from the latest due time, and earliness from the retry’s own', () => {
  expect(retriesOf([...lines, start(2, 2_205)], [1_000], 0.2)).toEqual([
    { orderId: 'A', tier: 1, afterDueMs: 105, latenessMs: 5 },
  ]);
  expect(retriesOf([...lines, start(2, 2_099)], [1_000], 0.2)[0]?.afterDueMs).toBe(-1);
});

it('knows no retry that has not started', () => {
  expect(retriesOf(lines, [1_000], 0)).toEqual([]);
});
