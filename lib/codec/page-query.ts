import * as z from 'zod/mini';
import { described } from './api-schema.ts';

export const LIST_LIMIT_DEFAULT = 20;
const LIMIT_REMEDY = 'write a whole number from 1 to 100';

/** A query parameter that is a whole number; zod's own coercion would take "", "0x10" and " 5 " as well. */
export const numberInText = <T extends z.ZodMiniType<number, number>>(schema: T) =>
  z.pipe(
    z.transform((value) => (/^\d{1,16}$/.test(String(value)) ? Number(value) : value)),
    schema,
  );

const limit = numberInText(
  z.int(LIMIT_REMEDY).check(z.minimum(1, LIMIT_REMEDY), z.maximum(100, LIMIT_REMEDY)),
);

/** The query of a list that is read page by page. @param what one page holds many of, in the plural */
export const pageFields = (what: string, sameList = '') => ({
  limit: described(z.optional(limit), `${what} on a page, 1 to 100.`, {
    default: LIST_LIMIT_DEFAULT,
  }),
  cursor: described(
    z.optional(z.string()),
    `Where to go on: \`nextCursor\` of the page before${sameList}.`,
  ),
});

export const groupsQuery = z.strictObject(pageFields('Groups'));
export const jobsQuery = z.strictObject(pageFields('Jobs'));

export type PageQuery = z.output<typeof groupsQuery>;
