/** A median and how far the middle nine tenths of the samples lie apart (all of them, where they are fewer than 20). */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly samples: number;
}

/**
 * The value that a share of the values does not exceed (nearest rank). Pure.
 * @param share above 0, at most 1
 * @throws RangeError where there are no values
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('no samples');
  return value;
}

/** Pure. @throws RangeError where there are no values */
export function spreadOf(values: readonly number[]): Spread {
  const outer = values.length < 20 ? 0 : 0.05;
  return {
    median: percentile(values, 0.5),
    low: percentile(values, Math.max(outer, Number.MIN_VALUE)),
    high: percentile(values, 1 - outer),
    samples: values.length,
  };
}
