import type { RecordHeader } from '../model/record.ts';
import type { Trace } from '../model/trace.ts';

/** W3C Trace Context, version 00: https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/;

/** Printable ASCII, not blank. Longer ones a receiver may drop: https://www.w3.org/TR/trace-context/#tracestate-limits */
const TRACESTATE = /^(?=.*\S)[\t\x20-\x7e]{1,512}$/;

/** The trace that the two headers' texts tell; nothing where `traceparent` is missing or invalid. Pure, total. */
export function toTrace(
  traceparent: string | undefined,
  tracestate: string | undefined,
): Trace | undefined {
  if (traceparent === undefined || !TRACEPARENT.test(traceparent)) return undefined;
  return tracestate !== undefined && TRACESTATE.test(tracestate)
    ? { traceparent, tracestate }
    : { traceparent };
}

/** The trace that a record belongs to: the last header of each name counts. Pure, total. */
export function traceOfRecord(headers: readonly RecordHeader[]): Trace | undefined {
  const textOf = (name: string) => {
    const value = headers.findLast(({ key }) => key === name)?.value;
    return value ? Buffer.from(value).toString('latin1') : undefined;
  };
  return toTrace(textOf('traceparent'), textOf('tracestate'));
}
