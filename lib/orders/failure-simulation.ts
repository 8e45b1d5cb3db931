import type { AttemptContext } from '../ports/business.ts';

/** What a simulated failure throws: retriable, like any error that says nothing else. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
}

/**
 * Throws for the orders that are there to fail: `ORDER-TEST-FAIL…` always, `ORDER-TEST-FLAKY-<n>…` on its first n
 * attempts, `ORDER-TEST-HEALS-<n>…` until it was redriven n times.
 *
 * @throws ValueError `Simulated processing failure`
 */
export function simulateFailure(
  orderId: string,
  { attempt, redriveCount }: Pick<AttemptContext, 'attempt' | 'redriveCount'>,
): void {
  const flaky = /^ORDER-TEST-FLAKY-(\d+)/.exec(orderId)?.[1];
  const heals = /^ORDER-TEST-HEALS-(\d+)/.exec(orderId)?.[1];
  const fails =
    orderId.startsWith('ORDER-TEST-FAIL') ||
    (flaky !== undefined && attempt <= Number(flaky)) ||
    (heals !== undefined && redriveCount < Number(heals));
  if (fails) throw new ValueError('Simulated processing failure');
}
