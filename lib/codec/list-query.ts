import * as z from 'zod/mini';
import { REASONS } from '../model/failure.ts';
import { described } from './api-schema.ts';

export const LIST_LIMIT_DEFAULT = 20;
const LIMIT_REMEDY = 'write a whole number from 1 to 100';
const REASON_REMEDY = `write one of ${REASONS.join(', ')}`;
const TIME_REMEDY = 'write a date (2026-01-31) or an instant (2026-01-31T10:00:00Z), ISO 8601';
const TYPE_REMEDY = 'write a class name, 1 to 200 characters';

/** A query parameter that is a whole number; zod's own coercion would take "", "0x10" and " 5 " as well. */
const limit = z.pipe(
  z.transform((value) => (/^\d{1,4}$/.test(String(value)) ? Number(value) : value)),
  z.int(LIMIT_REMEDY).check(z.minimum(1, LIMIT_REMEDY), z.maximum(100, LIMIT_REMEDY)),
);

const DATE_OR_INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[ +-]\d\d:\d\d))?$/;

/** ISO 8601 → epoch ms; a date is its midnight, UTC. */
const time = (description: string) =>
  described(
    z.optional(
      z.pipe(
        z.string(TIME_REMEDY).check(z.refine(isInstant, TIME_REMEDY)),
        z.transform((value: string) => Date.parse(withPlus(value))),
      ),
    ),
    description,
    { examples: ['2026-01-31', '2026-01-31T10:00:00Z'] },
  );

/** A plus that nobody escaped arrives as a space. */
function withPlus(value: string): string {
  return value.replace(/ (?=\d\d:\d\d$)/, '+');
}

/** Date.parse takes the 31st of February for the 3rd of March: the day must come out as it went in. */
function isInstant(value: string): boolean {
  if (!DATE_OR_INSTANT.test(value) || Number.isNaN(Date.parse(withPlus(value)))) return false;
  const day = value.slice(0, 10);
  return new Date(Date.parse(day)).toISOString().startsWith(day);
}

/**
 * `GET /api/dlq/messages`: the query.
 * @param orderId the schema of an order id, which the business knows
 */
export const listQuerySchema = <T extends z.ZodMiniType<string, string>>(orderId: T) =>
  z.strictObject({
    limit: described(z.optional(limit), 'Messages on a page, 1 to 100.', {
      default: LIST_LIMIT_DEFAULT,
    }),
    cursor: described(
      z.optional(z.string()),
      'Where to go on: `nextCursor` of the page before, with the same filters.',
    ),
    reason: described(z.optional(z.enum(REASONS, REASON_REMEDY)), 'Only those with this reason.'),
    errorType: described(
      z.optional(
        z.string(TYPE_REMEDY).check(z.minLength(1, TYPE_REMEDY), z.maxLength(200, TYPE_REMEDY)),
      ),
      'Only those with this class of error.',
    ),
    orderId: described(z.optional(orderId), 'Only those of this order.'),
    from: time('Only those that arrived at or after this date or instant (UTC).'),
    to: time('Only those that arrived before this date or instant (UTC).'),
  });

export type ListQuery = z.output<ReturnType<typeof listQuerySchema<z.ZodMiniString<string>>>>;
