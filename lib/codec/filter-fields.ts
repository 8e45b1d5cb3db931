import * as z from 'zod/mini';
import { parseInstant } from '../decide/instant.ts';
import { DEAD_LETTER_STATES } from '../model/dead-letter.ts';
import { REASONS } from '../model/failure.ts';
import type { DeadLetterFilter } from '../model/job.ts';
import { described } from './api-schema.ts';

const STATE_REMEDY = `write one of ${DEAD_LETTER_STATES.join(', ')}`;
const GROUP_REMEDY = 'write a group as /api/dlq/groups shows it, 16 of 0-9, a-f';
const REASON_REMEDY = `write one of ${REASONS.join(', ')}`;
const TIME_REMEDY = 'write a date (2026-01-31) or an instant (2026-01-31T10:00:00Z), ISO 8601';
const TYPE_REMEDY = 'write a class name, 1 to 200 characters';
const TOPIC_REMEDY = 'write the name of a topic, 1 to 249 of letters, digits, ".", "_", "-"';
const PARTITION_REMEDY = 'write the number of a partition, from 0 to 2147483647';
const OFFSET_REMEDY = 'write an offset, a whole number from 0';

export const groupId = z.string(GROUP_REMEDY).check(z.regex(/^[0-9a-f]{16}$/, GROUP_REMEDY));
const partition = z
  .int(PARTITION_REMEDY)
  .check(z.minimum(0, PARTITION_REMEDY), z.maximum(2_147_483_647, PARTITION_REMEDY));
const offset = z.int(OFFSET_REMEDY).check(z.minimum(0, OFFSET_REMEDY));
const errorType = z
  .string(TYPE_REMEDY)
  .check(z.minLength(1, TYPE_REMEDY), z.maxLength(200, TYPE_REMEDY));
const topic = z.string(TOPIC_REMEDY).check(z.regex(/^[A-Za-z0-9._-]{1,249}$/, TOPIC_REMEDY));

/** ISO 8601 → epoch ms; a date is its midnight, UTC. */
const time = (description: string) =>
  described(
    z.optional(
      z.pipe(
        z
          .string(TIME_REMEDY)
          .check(z.refine((value) => instantOf(value) !== undefined, TIME_REMEDY)),
        z.transform((value: string) => instantOf(value) ?? 0),
      ),
    ),
    description,
    { examples: ['2026-01-31', '2026-01-31T10:00:00Z'] },
  );

/** In a query, a plus that nobody escaped arrives as a space. */
function instantOf(value: string): number | undefined {
  return parseInstant(value.replace(/ (?=\d\d:\d\d$)/, '+'));
}

type NumberSchema = z.ZodMiniType<number>;

/**
 * Which dead letters, in a query or a body.
 * @param orderId the schema of an order id, which the business knows
 * @param number how a number is written there
 */
export const filterFields = <T extends z.ZodMiniType<string, string>>(
  orderId: T,
  number: (schema: z.ZodMiniType<number, number>) => NumberSchema,
) => ({
  state: described(
    z.optional(z.enum(DEAD_LETTER_STATES, STATE_REMEDY)),
    'Only those in this state; without it, those that are in the DLQ now: open or redriving.',
  ),
  group: described(z.optional(groupId), 'Only those of this group: their failures have one cause.'),
  reason: described(z.optional(z.enum(REASONS, REASON_REMEDY)), 'Only those with this reason.'),
  errorType: described(z.optional(errorType), 'Only those with this class of error.'),
  orderId: described(z.optional(orderId), 'Only those of this order.'),
  originalTopic: described(
    z.optional(topic),
    'Only those whose record first appeared in this topic.',
  ),
  originalPartition: described(
    z.optional(number(partition)),
    'Only those from this partition of `originalTopic`; without one, of the order topic.',
  ),
  originalOffsetFrom: described(
    z.optional(number(offset)),
    'Only those from this offset on; needs `originalPartition`.',
  ),
  originalOffsetTo: described(
    z.optional(number(offset)),
    'Only those up to this offset, itself included; needs `originalPartition`.',
  ),
  from: time('Only those that arrived at or after this date or instant (UTC).'),
  to: time('Only those that arrived before this date or instant (UTC).'),
});

type Fields = ReturnType<typeof filterFields<z.ZodMiniString<string>>>;
export type FilterInput = { [K in keyof Fields]?: z.output<Fields[K]> };

/** What was asked for → the filter. Pure, total. */
export function toFilter({ from, to, ...same }: FilterInput): DeadLetterFilter {
  return {
    ...same,
    ...(from === undefined ? {} : { fromMs: from }),
    ...(to === undefined ? {} : { toMs: to }),
  };
}
