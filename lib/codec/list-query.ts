import * as z from 'zod/mini';
import { filterFields } from './filter-fields.ts';
import { numberInText, pageFields } from './page-query.ts';

/**
 * `GET /api/dlq/messages`: the query.
 * @param orderId the schema of an order id, which the business knows
 */
export const listQuerySchema = <T extends z.ZodMiniType<string, string>>(orderId: T) =>
  z.strictObject({
    ...pageFields('Messages', ', with the same filters'),
    ...filterFields(orderId, numberInText),
  });

export type ListQuery = z.output<ReturnType<typeof listQuerySchema<z.ZodMiniString<string>>>>;
