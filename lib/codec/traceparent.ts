import { toTrace, traceOfRecord } from '../decide/trace.ts';
import type { RecordHeader } from '../model/record.ts';
import type { Trace } from '../model/trace.ts';

/** The trace that a record belongs to, as a log field; nothing where its header is missing or invalid. */
export function traceparentOf(headers: readonly RecordHeader[]): { traceparent?: string } {
  const trace = traceOfRecord(headers);
  return trace === undefined ? {} : { traceparent: trace.traceparent };
}

/**
 * A trace of its own for a request that belongs to none, not sampled: nobody is asked to record it.
 * @param random 24 random bytes: the trace id's 16, the parent id's 8
 */
export function newTraceparent(random: Uint8Array): string {
  const hex = Buffer.from(random).toString('hex');
  const traceId = hex.slice(0, 32);
  const parentId = hex.slice(32, 48);
  return `00-${traceId}-${parentId}-00`;
}

/**
 * The caller's trace where its `traceparent` is valid, else one of its own.
 * @param headers of the request, names in lower case
 * @param random 24 random bytes, for a trace of its own
 */
export function traceOf(
  headers: Readonly<Record<string, string | undefined>>,
  random: Uint8Array,
): Trace {
  const trace = toTrace(headers['traceparent'], headers['tracestate']);
  if (trace !== undefined) return trace;
  return { traceparent: newTraceparent(random) };
}

/** The headers that the trace goes with a record in. */
export function traceHeaders({ traceparent, tracestate }: Trace): RecordHeader[] {
  const state = tracestate === undefined ? [] : [{ key: 'tracestate', value: latin1(tracestate) }];
  return [{ key: 'traceparent', value: latin1(traceparent) }, ...state];
}

function latin1(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
