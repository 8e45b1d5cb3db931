import type { DeadLetterItem } from '../model/dead-letter.ts';
import type { DeadLetterIndex } from '../ports/dead-letter-index.ts';

/** What the index reads at once. */
const MANY = 100;

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
  const unique = [...new Set(ids)];
  const loads = new Map<number, Promise<ReadonlyMap<string, DeadLetterItem>>>();
  const loadOf = new Map(unique.map((id, at) => [id, Math.floor(at / MANY)]));

  const load = async (number: number) => {
    const items = await index.getMany(unique.slice(number * MANY, (number + 1) * MANY));
    return new Map(items.map((item) => [item.id, item]));
  };

  return async (id) => {
    const number = loadOf.get(id);
    if (number === undefined) return (await index.getMany([id]))[0];
    loadOf.delete(id);
    const loading = loads.get(number) ?? load(number);
    loads.set(number, loading);
    return (await loading).get(id);
  };
}
