/** What the index reads at once (ports/dead-letter-index.ts). */
const ITEMS_MAX = 100;

/** Ids in loads that the index takes at once, in their order. Pure, total. */
export function itemLoads(ids: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / ITEMS_MAX) }, (_, load) =>
    ids.slice(load * ITEMS_MAX, (load + 1) * ITEMS_MAX),
  );
}
