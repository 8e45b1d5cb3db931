import * as z from 'zod/mini';
import type { Envelope } from '../model/dead-letter.ts';
import { REASONS } from '../model/failure.ts';
import { base64OrNull, base64Schema, headersJson, headersSchema } from './record-content.ts';

const text = z.string();
const count = z.int().check(z.nonnegative());
const place = z.object({ topic: text, partition: count, offset: count });

/** One field a line, in the order of the document (docs/contracts.md). */
const envelopeSchema = z.object({
  schemaVersion: z.literal(1),
  id: text,
  reason: z.enum(REASONS),
  orderId: z.nullable(text),
  originalMessage: z.nullable(text),
  originalMessageEncoding: z.nullable(z.enum(['utf-8', 'base64'])),
  originalMessageTruncated: z.boolean(),
  errorMessage: text,
  errorType: text,
  retryCount: count,
  failedAttempts: count,
  firstFailureTimestamp: text,
  lastFailureTimestamp: text,
  originalTopic: text,
  originalPartition: count,
  originalOffset: count,
  consumerGroup: text,
  originalKey: z.nullable(base64Schema),
  originalValue: z.nullable(base64Schema),
  originalHeaders: headersSchema,
  originalTimestamp: z.int(),
  bytesMissing: z.boolean(),
  valueSizeBytes: z.nullable(count),
  valueSha256: z.nullable(text),
  failedAt: place,
  totalAttempts: count,
  redriveCount: count,
  errorStack: z.nullable(text),
  errorCauses: z.array(z.object({ type: text, message: text })),
  by: z.object({ functionName: text, functionVersion: text, requestId: text }),
});

/** The envelope as JSON, its bytes in base64. Rejects nothing. */
export const jsonEnvelopeCodec = {
  encode: async (envelope: Envelope): Promise<Uint8Array> => {
    const json = {
      ...envelope,
      originalKey: base64OrNull(envelope.originalKey),
      originalValue: base64OrNull(envelope.originalValue),
      originalHeaders: headersJson(envelope.originalHeaders),
    };
    return Buffer.from(JSON.stringify(json), 'utf8');
  },

  decode: async (bytes: Uint8Array): Promise<Envelope | { readonly unreadable: string }> => {
    let json: unknown;
    try {
      json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    } catch {
      return { unreadable: 'no envelope: no UTF-8 JSON' };
    }
    const parsed = envelopeSchema.safeParse(json);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    return {
      unreadable: `no envelope: field ${issue?.path.join('.') || '(whole)'}: ${issue?.message ?? 'invalid'}`,
    };
  },
};
