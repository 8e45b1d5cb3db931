import type { RecordHeader } from '../model/record.ts';

/** W3C Trace Context, version 00: https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/;

/** Printable ASCII, not blank. Longer ones a receiver may drop: https://www.w3.org/TR/trace-context/#tracestate-limits */
const TRACESTATE = /^(?=.*\S)[\t\x20-\x7e]{1,512}$/;

/** The trace that a request belongs to, as the W3C's two headers have it. */
export interface Trace {
  readonly traceparent: string;
  /** What tracing systems keep of it; never without the `traceparent` that it came with. */
  readonly tracestate?: string;
}

/** The valid `traceparent` text, or undefined. */
export function parseTraceparent(text: string | undefined): string | undefined {
  return text !== undefined && TRACEPARENT.test(text) ? text : undefined;
}

/** The trace that a record belongs to, as a log field; nothing where its header is missing or invalid. */
export function traceparentOf(headers: readonly RecordHeader[]): { traceparent?: string } {
  const value = headers.findLast(({ key }) => key === 'traceparent')?.value;
  const traceparent = parseTraceparent(value ? Buffer.from(value).toString('latin1') : undefined);
  return traceparent === undefined ? {} : { traceparent };
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
  const traceparent = parseTraceparent(headers['traceparent']);
  if (traceparent === undefined) return { traceparent: newTraceparent(random) };
  const { tracestate } = headers;
  return tracestate !== undefined && TRACESTATE.test(tracestate)
    ? { traceparent, tracestate }
    : { traceparent };
}

/** The headers that the trace goes with a record in. */
export function traceHeaders({ traceparent, tracestate }: Trace): RecordHeader[] {
  const state = tracestate === undefined ? [] : [{ key: 'tracestate', value: latin1(tracestate) }];
  return [{ key: 'traceparent', value: latin1(traceparent) }, ...state];
}

function latin1(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
