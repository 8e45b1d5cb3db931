import * as z from 'zod/mini';
import { ERROR_CODES } from '../model/errors.ts';
import { described } from './api-registry.ts';

/** The body of every answer that is no success (docs/contracts.md, "Error codes"). */
export const errorAnswer = described(
  z.strictObject({
    success: z.literal(false),
    code: described(z.enum(ERROR_CODES), { description: 'What kind of fault, for programs.' }),
    message: described(z.string(), {
      description: 'Names the fault and what to change, for people.',
    }),
    requestId: described(z.string(), { description: 'Finds the log lines of this request.' }),
  }),
  { id: 'Error', description: 'Every answer that is no success.' },
);

export type ErrorAnswer = z.infer<typeof errorAnswer>;
