import * as z from 'zod/mini';
import type { IntakeEvent } from '../model/dead-letter.ts';
import { REASONS } from '../model/failure.ts';
import type { RecordContent } from '../model/record.ts';
import { contentBytes, recordContentJson, recordContentSchema } from './record-content.ts';

/** Version of the format below; a reader refuses one that it does not know. */
const VERSION = 1;

const text = z.string();
const name = z.string().check(z.minLength(1));
const count = z.int().check(z.nonnegative());
const positive = z.int().check(z.positive());
const place = { topic: name, partition: count, offset: count };

const head = { v: z.literal(VERSION), id: text.check(z.regex(/^[0-9a-f]{32}$/)) };
// Kafka says −1 where a record has no timestamp.
const origin = z.object({ ...place, timestampMs: z.int() });
const by = z.object({ functionName: text, functionVersion: text, requestId: text });
const redrive = z.object({ id: name, count: positive });

const failedEventSchema = z.object({
  ...head,
  kind: z.literal('failed'),
  reason: z.enum(REASONS),
  attempts: positive,
  firstFailedAtMs: count,
  lastFailedAtMs: count,
  origin,
  failedAt: z.object(place),
  error: z.object({
    type: text,
    message: text,
    stack: z.exactOptional(text),
    causes: z.array(z.object({ type: text, message: text })),
  }),
  by,
  record: recordContentSchema,
  leftOut: z.exactOptional(
    z.object({
      orderId: z.nullable(text),
      originalMessageEncoding: z.nullable(z.enum(['utf-8', 'base64'])),
      valueSizeBytes: z.nullable(count),
      valueSha256: z.nullable(text),
      traceparent: z.exactOptional(text),
      tracestate: z.exactOptional(text),
    }),
  ),
  redrive: z.exactOptional(redrive),
});

const processedEventSchema = z.object({
  ...head,
  kind: z.literal('processed'),
  origin,
  redrive,
  attempts: positive,
  processedAtMs: count,
  by,
});

const purgeEventSchema = z.object({
  ...head,
  kind: z.literal('purge'),
  jobId: z.exactOptional(name),
  askedAtMs: count,
});

const eventSchema = z.discriminatedUnion('kind', [
  failedEventSchema,
  processedEventSchema,
  purgeEventSchema,
]);

/**
 * Largest content of a record whose event an invocation of publish-dead-letter can carry: Lambda takes 6 MB of JSON, in
 * which the event is base64 and the content in it base64 once more; the rest is for what is said about it. A larger one
 * would lie on the intake, never be delivered, and be lost there.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const DELIVERABLE_CONTENT_BYTES_MAX = 3_200_000;

/** Whether the event of a record can be delivered with the record's bytes. Pure, total. */
export function isDeliverable(record: RecordContent): boolean {
  return contentBytes(record) <= DELIVERABLE_CONTENT_BYTES_MAX;
}

/**
 * The intake record of an event (format: docs/contracts.md). It is keyed by the dead letter's id, so that events of
 * one dead letter share a partition, and has no headers: nobody reads any on the intake topic. The texts of the error
 * are as long as they are; decide/error-detail.ts bounds them.
 */
export function encodeIntakeEvent(event: IntakeEvent): {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly headers: readonly [];
} {
  const record = event.kind === 'failed' ? { record: recordContentJson(event.record) } : {};
  const json = JSON.stringify({ v: VERSION, ...event, ...record });
  return { key: Buffer.from(event.id, 'utf8'), value: Buffer.from(json, 'utf8'), headers: [] };
}

/** A parsed JSON value → an event, or what is wrong with it. Never throws. */
export function parseIntakeEvent(json: unknown): IntakeEvent | { readonly unreadable: string } {
  const parsed = eventSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue?.path.join('.') || '(whole)';
    return { unreadable: `no event of ours: field ${field}: ${issue?.message ?? 'invalid'}` };
  }
  const { v: _version, ...event } = parsed.data;
  return event;
}
