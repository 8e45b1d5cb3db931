/**
 * The results of `run` in the order of `values`, at most `boundMax` (≥ 1) of them running at a time. Rejects with the
 * first rejection; what has not started by then does not start.
 */
export async function mapBounded<T, R>(
  values: readonly T[],
  boundMax: number,
  run: (value: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < values.length && !failed; index = next++) {
      try {
        results[index] = await run(values[index] as T);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(boundMax, values.length) }, worker));
  return results;
}
