import type { Clock } from '../ports/clock.ts';

/** How long a failed record waits for others to be handed over with it, while the batch still runs. */
const LINGER_MS = 20;

export interface HandOverQueue<T, R> {
  /** Resolves with what became of the item, once it was handed over; rejects where `handOver` did. */
  add(item: T): Promise<R>;
  /** Hands over at once what is queued. */
  flush(): void;
}

/**
 * Collects what fails while a batch runs, so that hand-offs are produced together and not one round trip a record, and
 * still none waits for the slowest record of its batch.
 *
 * @param handOver gives one result for each item, in their order
 */
export function createHandOverQueue<T, R>(
  handOver: (items: readonly T[]) => Promise<readonly R[]>,
  clock: Clock,
): HandOverQueue<T, R> {
  let queued: { item: T; resolve(result: R): void; reject(error: unknown): void }[] = [];

  const flush = () => {
    const taken = queued;
    queued = [];
    if (taken.length === 0) return;
    handOver(taken.map(({ item }) => item)).then(
      (results) => taken.forEach((one, index) => one.resolve(results[index] as R)),
      (error: unknown) => taken.forEach((one) => one.reject(error)),
    );
  };

  return {
    flush,
    add(item) {
      if (queued.length === 0) void clock.sleep(LINGER_MS).then(flush);
      return new Promise((resolve, reject) => queued.push({ item, resolve, reject }));
    },
  };
}
