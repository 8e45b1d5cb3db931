import { addCounts, countChanges, type CountChange } from '../decide/group-change.ts';
import type { DeadLetterItem } from '../model/dead-letter.ts';
import type { GroupStore } from '../ports/group-store.ts';
import type { Log } from '../ports/log.ts';

const NOT_COUNTED = 'The counts of a failure group are not written: they are wrong until a reindex';

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
      allChanges(before, after, seen !== undefined).map((change) =>
        groups.apply({
          ...change,
          ...(seen && change.group === after.group && { seen: { ...seen, errorType, example } }),
        }),
      ),
    );
    return made.includes(true);
  } catch (error) {
    log.warn(NOT_COUNTED, {
      deadLetterId: after.id,
      group: after.group,
      cause: (error as Error).message,
    });
    return false;
  }
}

/** A failure that changes no count, for it is as open as before, is activity of its group all the same. */
function allChanges(
  before: DeadLetterItem | undefined,
  after: DeadLetterItem,
  isSeen: boolean,
): readonly CountChange[] {
  const changes = countChanges(before, after);
  const isSilent = isSeen && changes.length === 0 && after.group !== '';
  return isSilent ? [{ group: after.group, counts: {} }] : changes;
}

/** The same for many changes at once: one write for each group. Never rejects. */
export async function countAllInGroups(
  changes: readonly (readonly [before: DeadLetterItem, after: DeadLetterItem])[],
  { groups, log }: GroupCountDeps,
): Promise<void> {
  const all = changes.flatMap(([before, after]) => countChanges(before, after));
  const byGroup = Map.groupBy(all, ({ group }) => group);
  try {
    await Promise.all(
      [...byGroup].map(([group, added]) =>
        groups.apply({ group, counts: addCounts(added.map(({ counts }) => counts)) }),
      ),
    );
  } catch (error) {
    log.warn(NOT_COUNTED, { cause: (error as Error).message });
  }
}
