import * as z from 'zod/mini';
import type { AwsWrapper } from '../model/aws-wrapper.ts';
import type { ConsumedRecord } from '../model/record.ts';
import { decodeMskEvent } from './msk-event.ts';

const text = z.string();

/**
 * What AWS writes as on-failure destination of type Kafka topic: one record per failed record. Fields that AWS adds are
 * none of our business, and only those that we use are asked for.
 * https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure-destination.html
 */
const wrapperSchema = z.object({
  requestContext: z.object({
    requestId: text,
    functionArn: text,
    condition: text,
    approximateInvokeCount: z.optional(z.nullable(z.number())),
  }),
  // null where the function was never invoked (MaximumPayloadSizeExceeded).
  responseContext: z.optional(
    z.nullable(
      z.object({
        executedVersion: z.optional(z.nullable(text)),
        functionError: z.optional(z.nullable(text)),
      }),
    ),
  ),
  timestamp: z.optional(z.nullable(text)),
  payload: z.unknown(),
});

/** AWS's two pages spell one condition differently; we know it by the name of the older page. */
const ONE_SPELLING: Readonly<Record<string, string>> = {
  RetriesExhausted: 'RetryAttemptsExhausted',
};

/** Whether a parsed JSON value wants to be one of AWS's wrappers rather than an event of ours. Never throws. */
export function isAwsWrapper(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'requestContext' in json && 'payload' in json;
}

/** A parsed JSON value → AWS's wrapper, or what is wrong with it. Never throws. */
export function parseAwsWrapper(json: unknown): AwsWrapper | { readonly unreadable: string } {
  const parsed = wrapperSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return {
      unreadable: `AWS's wrapper: field ${issue?.path.join('.')}: ${issue?.message ?? 'invalid'}`,
    };
  }
  const { requestContext, responseContext, timestamp, payload } = parsed.data;
  const record = onlyRecord(payload);
  if ('unreadable' in record) return record;
  const { requestId, functionArn, condition, approximateInvokeCount } = requestContext;
  const givenUpAtMs = Date.parse(timestamp ?? '');
  // arn:aws:lambda:<region>:<account>:function:<name>[:<version or alias>]
  const [functionName = functionArn, qualifier] = functionArn.split(':').slice(6);
  return {
    condition: ONE_SPELLING[condition] ?? condition,
    givenUpAtMs: Number.isNaN(givenUpAtMs) ? undefined : givenUpAtMs,
    invocationsAbout: approximateInvokeCount ?? undefined,
    functionError: responseContext?.functionError ?? undefined,
    by: {
      functionName,
      functionVersion: responseContext?.executedVersion ?? qualifier ?? '$LATEST',
      requestId,
    },
    record,
  };
}

function onlyRecord(payload: unknown): ConsumedRecord | { readonly unreadable: string } {
  try {
    const records = decodeMskEvent(payload).flatMap((partition) => partition.records);
    const [record] = records;
    if (record !== undefined && records.length === 1) return record;
    return { unreadable: `AWS's wrapper: payload holds ${records.length} records instead of one` };
  } catch (error) {
    return { unreadable: `AWS's wrapper: payload: ${(error as Error).message}` };
  }
}
