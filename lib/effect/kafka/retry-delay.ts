const FIRST_MS = 50;
const LONGEST_MS = 2_000;

/**
 * Pause before try `failures + 1`, in ms: doubling from 50 ms to 2 s, of which the second half is chance, so that
 * environments that failed together do not come back together. Pure.
 *
 * @param failures in a row, ≥ 1
 * @param chance in [0, 1)
 */
export function retryDelayMs(failures: number, chance: number): number {
  const longest = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
  return longest * (0.5 + chance / 2);
}
