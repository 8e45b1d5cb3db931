import type { GroupAnswer } from '../codec/group-answer.ts';
import { toGroupAnswer } from '../codec/group-answer.ts';
import { LIST_LIMIT_DEFAULT, type PageQuery } from '../codec/page-query.ts';
import type { GroupStore } from '../ports/group-store.ts';
import { cursorOf, placeOf } from './list-place.ts';

const LIST = { list: 'groups' };

export interface ListedGroups {
  readonly groups: readonly GroupAnswer[];
  readonly nextCursor: string | null;
}

/**
 * A page of the groups of dead letters, newest activity first.
 * @throws AppError CURSOR_INVALID, STORE_UNAVAILABLE
 */
export async function listGroups(
  { limit = LIST_LIMIT_DEFAULT, cursor }: PageQuery,
  store: Pick<GroupStore, 'list'>,
): Promise<ListedGroups> {
  const place = placeOf(cursor, LIST);
  const after = place && { lastSeenAtMs: place.atMs, group: place.id };
  const { groups, next } = await store.list(limit, after);
  const nextPlace = next && { atMs: next.lastSeenAtMs, id: next.group };
  return { groups: groups.map(toGroupAnswer), nextCursor: cursorOf(nextPlace, LIST) };
}
