import type { Clock } from '../ports/clock.ts';

/** How long a failed record waits for others to be handed over with it, while the batch still runs. */
const LINGER_MS = 20;

export interface HandOverQueue<T, R> {
  /**
   * Resolves with what became of the item, once it was handed over; rejects where `handOver` did.
   *
   * @param lane items of one lane arrive in their order: the next waits until those before it are acknowledged, or
   *   their hand-over has ended; undefined: it waits for none
   */
  add(item: T, lane?: string): Promise<R>;
  /** Hands over at once what is queued and waits for no other. */
  flush(): void;
}

interface Entry<T, R> {
  readonly item: T;
  readonly lane: string | undefined;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/**
 * Collects what fails while a batch runs, so that hand-offs are produced together and not one round trip a record, and
 * still none waits for the slowest record of its batch. Two hand-overs may be under way at once; a broker that refuses
 * the first for a moment would let the second overtake it, so items whose order matters share a lane.
 *
 * @param handOver gives one result for each item, in their order; it calls `acknowledged` as soon as an item is safe
 */
export function createHandOverQueue<T, R>(
  handOver: (items: readonly T[], acknowledged: (index: number) => void) => Promise<readonly R[]>,
  clock: Clock,
): HandOverQueue<T, R> {
  let queued: Entry<T, R>[] = [];
  let flushIsDue = false;
  const busy = new Map<string, Set<Entry<T, R>>>();

  const free = (entry: Entry<T, R>) => {
    if (entry.lane === undefined) return;
    const ahead = busy.get(entry.lane);
    if (ahead?.delete(entry) !== true || ahead.size > 0) return;
    busy.delete(entry.lane);
    if (queued.some(({ lane }) => lane === entry.lane)) flushSoon();
  };
  const occupy = (entry: Entry<T, R>) => {
    if (entry.lane === undefined) return;
    busy.set(entry.lane, (busy.get(entry.lane) ?? new Set()).add(entry));
  };

  const flush = () => {
    const isHeld = ({ lane }: Entry<T, R>) => lane !== undefined && busy.has(lane);
    const taken = queued.filter((entry) => !isHeld(entry));
    queued = queued.filter(isHeld);
    if (taken.length === 0) return;
    taken.forEach(occupy);
    handOver(
      taken.map(({ item }) => item),
      (index) => taken[index] !== undefined && free(taken[index]),
    )
      .then(
        (results) => taken.forEach((one, index) => one.resolve(results[index] as R)),
        (error: unknown) => taken.forEach((one) => one.reject(error)),
      )
      .finally(() => taken.forEach(free));
  };
  const flushSoon = () => {
    if (flushIsDue) return;
    flushIsDue = true;
    void clock.sleep(LINGER_MS).then(() => {
      flushIsDue = false;
      flush();
    });
  };

  return {
    flush,
    add(item, lane) {
      flushSoon();
      return new Promise((resolve, reject) => queued.push({ item, lane, resolve, reject }));
    },
  };
}
