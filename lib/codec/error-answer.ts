import * as z from 'zod/mini';
import { ERROR_CODES } from '../model/errors.ts';

/** The body of every answer that is no success (docs/contracts.md, "Error codes"). */
export const errorAnswer = z
  .strictObject({
    success: z.literal(false),
    code: z
      .enum(ERROR_CODES)
      .register(z.globalRegistry, { description: 'The kind of fault, for programs.' }),
    message: z.string().register(z.globalRegistry, {
      description: 'Names the fault and what to change, for people.',
    }),
    requestId: z.string().register(z.globalRegistry, {
      description: 'Finds the log lines of this request.',
    }),
  })
  .register(z.globalRegistry, { description: 'Every answer that is no success.' });

export type ErrorAnswer = z.infer<typeof errorAnswer>;
