import type { RecordHeader } from '../model/record.ts';

/** W3C Trace Context, version 00: https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/;

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
