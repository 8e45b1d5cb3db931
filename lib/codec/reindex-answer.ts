import * as z from 'zod/mini';
import { count, described, orNull } from './api-schema.ts';
import { REINDEX_CURSOR_CHARS_MAX } from './reindex-cursor.ts';

const CURSOR_REMEDY = `write the cursor of the answer before, at most ${REINDEX_CURSOR_CHARS_MAX} characters, or leave it out to begin`;

/** `POST /api/dlq/reindex`: the body. */
export const reindexBody = z.strictObject({
  cursor: described(
    z.optional(
      z
        .string(CURSOR_REMEDY)
        .check(z.minLength(1, CURSOR_REMEDY), z.maxLength(REINDEX_CURSOR_CHARS_MAX, CURSOR_REMEDY)),
    ),
    '`cursor` of the answer before; without it a reindex begins.',
  ),
});

/** `POST /api/dlq/reindex`: the answer. The numbers are those of this call. */
export const reindexAnswer = z.strictObject({
  success: z.literal(true),
  cursor: orNull(z.string(), 'Give it as `cursor` to go on; null: the reindex is done.'),
  read: count('Last records of dead letters that were compared with the index.'),
  opened: count('Envelopes that the index held nothing of: they came in as open.'),
  resolved: count('Dead letters that a tombstone ended: resolved, or purged.'),
  erased: count('Ended ones whose envelope was there again: their tombstone was asked for.'),
  renewed: count(
    'Dead letters of a version without groups, which now have their group and history.',
  ),
  recounted: count('Groups whose counts were written anew.'),
  unreadable: count(
    'Records that are no envelope: nothing was made of them, and the log names them.',
  ),
  left: count('Dead letters and groups that kept changing: left as they are.'),
});
