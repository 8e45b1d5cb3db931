import { smallerItem } from '../decide/dead-letter-item.ts';
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
