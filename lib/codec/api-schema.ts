import * as z from 'zod/mini';

/** Descriptions for the API document; the same schemas validate. */
export function described<T extends z.core.$ZodType>(
  schema: T,
  description: string,
  more: object = {},
): T {
  z.globalRegistry.add(schema, { description, ...more });
  return schema;
}

export const text = (description: string) => described(z.string(), description);

export const count = (description: string) =>
  described(z.int().check(z.nonnegative()), description);

/** ISO 8601, UTC. */
export const instant = (description: string) =>
  described(z.string(), description, { format: 'date-time' });

export const orNull = <T extends z.ZodMiniType>(schema: T, description: string) =>
  described(z.nullable(schema), description);

/** A mark that is there and true, or not there. */
export const mark = (description: string) => described(z.optional(z.literal(true)), description);

/** Of an endpoint that takes nothing there. */
export const noFields = z.strictObject({});
