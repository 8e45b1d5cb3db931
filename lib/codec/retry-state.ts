import * as z from 'zod/mini';
import type { RecordHeader } from '../model/record.ts';
import { RETRY_STATE_BYTES_MAX, type RetryState } from '../model/retry.ts';

/** On retry and redrive topics the last header of this name is ours; everywhere else it is the record's own. */
export const RETRY_STATE_HEADER = 'retry.state';

const VERSION = 1;

const count = z.int().check(z.nonnegative());
const positive = z.int().check(z.positive());
const topic = z.string().check(z.minLength(1), z.maxLength(249));

/** Unknown fields are refused: only this file writes the header, so they are damage, not a newer version. */
const schema = z.strictObject({
  v: z.literal(VERSION),
  attempt: positive,
  notBeforeMs: z.optional(count),
  firstFailedAtMs: z.optional(count),
  lastFailedAtMs: z.optional(count),
  error: z.optional(z.strictObject({ type: z.string(), message: z.string() })),
  origin: z.strictObject({ topic, partition: count, offset: count, timestampMs: z.int() }),
  redrive: z.optional(
    z.strictObject({ id: z.string().check(z.minLength(1), z.maxLength(200)), count: positive }),
  ),
});

/** What stands in a record's headers: a state, or what is wrong with it. `headers` are the record's own. */
export type ReadRetryState =
  | {
      readonly kind: 'valid';
      readonly state: RetryState;
      readonly headers: readonly RecordHeader[];
    }
  | {
      readonly kind: 'missing' | 'invalid';
      /** What is wrong, for a person. */
      readonly detail: string;
      readonly headers: readonly RecordHeader[];
    };

/** Takes our header off. Total: an invalid state is a value, never a throw. */
export function readRetryState(headers: readonly RecordHeader[]): ReadRetryState {
  const at = headers.findLastIndex((header) => header.key === RETRY_STATE_HEADER);
  const ours = headers[at];
  if (ours === undefined) {
    const detail = `no ${RETRY_STATE_HEADER} header on a retry or redrive topic`;
    return { kind: 'missing', detail, headers };
  }
  const own = headers.toSpliced(at, 1);
  const parsed = parseState(ours.value);
  if (typeof parsed === 'string') {
    return { kind: 'invalid', detail: `${RETRY_STATE_HEADER}: ${parsed}`, headers: own };
  }
  return { kind: 'valid', state: parsed, headers: own };
}

/** The record's own headers with our state behind them. */
export function writeRetryState(
  headers: readonly RecordHeader[],
  state: RetryState,
): readonly RecordHeader[] {
  const value = new TextEncoder().encode(JSON.stringify({ v: VERSION, ...state }));
  return [...headers, { key: RETRY_STATE_HEADER, value }];
}

function parseState(bytes: Uint8Array | null): RetryState | string {
  if (bytes === null) return 'has no value';
  if (bytes.length > RETRY_STATE_BYTES_MAX) {
    return `${bytes.length} bytes, at most ${RETRY_STATE_BYTES_MAX} are valid`;
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return 'is no UTF-8 JSON';
  }
  const result = schema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    return `field ${issue?.path.join('.') || '(whole)'}: ${issue?.message ?? 'invalid'}`;
  }
  const { v: _version, ...state } = result.data;
  return state;
}
