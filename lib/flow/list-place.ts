import { decodeCursor, encodeCursor, type ListPlace } from '../codec/list-cursor.ts';
import { AppError } from '../model/errors.ts';

/**
 * Where to go on in a list; null: at its beginning.
 * @param list which list it is, as it was for `cursorOf`
 * @throws AppError CURSOR_INVALID
 */
export function placeOf(cursor: string | undefined, list: object): ListPlace | null {
  if (cursor === undefined) return null;
  const place = decodeCursor(cursor, list);
  if (!('fault' in place)) return place;
  throw new AppError(
    'CURSOR_INVALID',
    `cursor ${place.fault}: leave it out to begin anew, or give nextCursor of the page before with the same filters`,
  );
}

/** What a caller hands back to go on there; null: nothing is left. */
export function cursorOf(place: ListPlace | null, list: object): string | null {
  return place === null ? null : encodeCursor(place, list);
}
