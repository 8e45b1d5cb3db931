import { countChanges } from '../decide/group-change.ts';
import type { DeadLetterItem } from '../model/dead-letter.ts';
import type { GroupStore } from '../ports/group-store.ts';
import type { Log } from '../ports/log.ts';

export interface GroupCountDeps {
  readonly groups: GroupStore;
  readonly log: Log;
}

/**
 * Counts a change of a dead letter that the index has taken. A count that cannot be written is no reason to do the change
 * again: it is said, and a reindex counts anew. Never rejects.
 *
 * @param seen where a failure came in: what people read for its group, and when it came
 * @returns true where it made a group that was not there
 */
export async function countInGroups(
  before: DeadLetterItem | undefined,
  after: DeadLetterItem,
  seen: { readonly title: string; readonly atMs: number } | undefined,
  { groups, log }: GroupCountDeps,
): Promise<boolean> {
  const { id: example, errorType } = after;
  try {
    const made = await Promise.all(
      countChanges(before, after)
        // What nothing is known of has no group.
        .filter(({ group }) => group !== '')
        .map((change) =>
          groups.apply({
            ...change,
            ...(seen && change.group === after.group && { seen: { ...seen, errorType, example } }),
          }),
        ),
    );
    return made.includes(true);
  } catch (error) {
    log.warn('The counts of a failure group are not written: they are wrong until a reindex', {
      deadLetterId: after.id,
      group: after.group,
      cause: (error as Error).message,
    });
    return false;
  }
}
