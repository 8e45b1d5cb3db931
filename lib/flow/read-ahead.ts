import type { DeadLetterItem } from '../model/dead-letter.ts';
import type { DeadLetterIndex } from '../ports/dead-letter-index.ts';
import { itemLoads } from './item-loads.ts';

/** Strongly consistent, or as it was a moment ago: whoever writes does so on condition of the revision. */
export type ReadItem = (id: string) => Promise<DeadLetterItem | undefined>;

/**
 * Reads the items of a batch many at a time, which costs the index a fraction of reading each. The first look at an id may
 * be as old as the batch: an event of a dead letter comes after the change that it belongs to, so what that look cannot
 * show is a later change, and then the write fails and looks again. Every further look is new. Rejects like the index.
 *
 * @param ids those that will be looked at, in about that order
 */
export function readAhead(ids: readonly string[], index: DeadLetterIndex): ReadItem {
  /** Reads a load when its first id is looked at. */
  const toLoad = (some: readonly string[]) => {
    let loading: Promise<ReadonlyMap<string, DeadLetterItem>> | undefined;
    return () => (loading ??= readAll(some));
  };
  const readAll = async (some: readonly string[]) =>
    new Map((await index.getMany(some)).map((item) => [item.id, item]));
  const loadOf = new Map(
    itemLoads([...new Set(ids)]).flatMap((some) => {
      const load = toLoad(some);
      return some.map((id) => [id, load] as const);
    }),
  );

  return async (id) => {
    const load = loadOf.get(id);
    if (load === undefined) return (await index.getMany([id]))[0];
    loadOf.delete(id);
    return (await load()).get(id);
  };
}
