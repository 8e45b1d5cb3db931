/**
 * The results of `run` in the order of `values`, at most `boundMax` (≥ 1) of them running at a time. Rejects with the
 * first rejection, once those that run have ended; what has not started by then does not start.
 */
export async function mapBounded<T, R>(
  values: readonly T[],
  boundMax: number,
  run: (value: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const errors: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < values.length && errors.length === 0; index = next++) {
      try {
        results[index] = await run(values[index] as T);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(boundMax, values.length) }, worker));
  if (errors.length > 0) throw errors[0];
  return results;
}
