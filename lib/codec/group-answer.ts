import * as z from 'zod/mini';
import { DEAD_LETTER_STATES, type DeadLetterGroup } from '../model/dead-letter.ts';
import { count, described, instant, orNull, text } from './api-schema.ts';

const states = Object.fromEntries(
  DEAD_LETTER_STATES.map((state) => [state, count(`How many are ${state}.`)]),
) as Record<(typeof DEAD_LETTER_STATES)[number], ReturnType<typeof count>>;

const groupAnswer = z.strictObject({
  group: text('Fingerprint of the failures: give it as `group` to list, plan or redrive them.'),
  title: text('What went wrong, its variable parts as placeholders.'),
  errorType: text('Class name of the error.'),
  counts: described(
    z.strictObject(states),
    'Dead letters by state. They may lag by seconds, and a reindex mends them.',
  ),
  firstSeenAt: instant('When the first of these failures got here.'),
  lastSeenAt: instant('When the newest one did: what the list is sorted by.'),
  example: text('Id of one of its dead letters.'),
});

/** `GET /api/dlq/groups`: the answer. */
export const groupsAnswer = z.strictObject({
  success: z.literal(true),
  groups: described(z.array(groupAnswer), 'Newest activity first.'),
  nextCursor: orNull(z.string(), 'Give it as `cursor` to read on; null on the last page.'),
});

export type GroupAnswer = z.infer<typeof groupAnswer>;

/** A group as the API shows it. Pure, total for times that are ones. */
export function toGroupAnswer(group: DeadLetterGroup): GroupAnswer {
  const { firstSeenAtMs, lastSeenAtMs, ...same } = group;
  return {
    ...same,
    counts: { ...same.counts },
    firstSeenAt: new Date(firstSeenAtMs).toISOString(),
    lastSeenAt: new Date(lastSeenAtMs).toISOString(),
  };
}
