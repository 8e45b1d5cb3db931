import { smallerItem } from '../decide/dead-letter-item.ts';
import { hasChange } from '../decide/written-change.ts';
import type { DeadLetterItem } from '../model/dead-letter.ts';
import { ItemRefusedError } from '../model/errors.ts';
import type { DeadLetterIndex } from '../ports/dead-letter-index.ts';

/**
 * Writes a changed item on condition that the index still holds the revision that it was made of; where the index refuses
 * it as it is, a smaller one.
 *
 * @returns false where the stored revision is another one: read again
 * @throws AppError STORE_UNAVAILABLE
 */
export async function putItem(item: DeadLetterItem, index: DeadLetterIndex): Promise<boolean> {
  const expectedRevision = item.revision - 1;
  try {
    return await index.put(item, expectedRevision);
  } catch (error) {
    if (!(error instanceof ItemRefusedError)) throw error;
    return index.put(smallerItem(item), expectedRevision);
  }
}

/**
 * The same, for whoever tells and counts what it wrote: a write whose answer was lost, and that is there, was made. The SDK
 * repeats such a one, which is refused then.
 *
 * @returns false where somebody else was first: read again
 * @throws AppError STORE_UNAVAILABLE
 */
export async function putOrFind(item: DeadLetterItem, index: DeadLetterIndex): Promise<boolean> {
  const written = await putItem(item, index).catch((error: unknown) => ({ error }));
  if (written === true) return true;
  const [found] = await index.getMany([item.id]);
  if (found !== undefined && hasChange(found, item)) return true;
  if (written === false) return false;
  throw written.error;
}
