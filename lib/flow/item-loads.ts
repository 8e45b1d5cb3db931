import { mapBounded } from './map-bounded.ts';

/** What the index reads at once (ports/dead-letter-index.ts). */
const ITEMS_MAX = 100;
const LOADS_AT_ONCE = 4;

/** Ids in loads that the index takes at once, in their order. Pure, total. */
export function itemLoads(ids: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / ITEMS_MAX) }, (_, load) =>
    ids.slice(load * ITEMS_MAX, (load + 1) * ITEMS_MAX),
  );
}

/** What `work` makes of each load of the ids, a few side by side. Rejects as mapBounded does. */
export function eachLoad<R>(
  ids: readonly string[],
  work: (load: readonly string[]) => Promise<R>,
): Promise<R[]> {
  return mapBounded(itemLoads(ids), LOADS_AT_ONCE, work);
}
