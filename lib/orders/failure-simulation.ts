import type { AttemptContext } from '../ports/business.ts';

/** What a simulated failure throws: retriable, like any error that says nothing else. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
}

const MESSAGE = 'Simulated processing failure';

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
  if (orderId.startsWith('ORDER-TEST-FAIL')) failAlways();
  const flaky = /^ORDER-TEST-FLAKY-(\d+)/.exec(orderId)?.[1];
  if (flaky !== undefined && attempt <= Number(flaky)) failAtFirst();
  const heals = /^ORDER-TEST-HEALS-(\d+)/.exec(orderId)?.[1];
  if (heals !== undefined && redriveCount < Number(heals)) failUntilRedriven();
}

/* Each cause in a function of its own, as bugs are: failures are grouped by where they come from, too. */

function failAlways(): never {
  throw new ValueError(MESSAGE);
}

function failAtFirst(): never {
  throw new ValueError(MESSAGE);
}

function failUntilRedriven(): never {
  throw new ValueError(MESSAGE);
}
