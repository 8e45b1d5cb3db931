import type { RecordContent } from '../model/record.ts';
import { RETRY_STATE_BYTES_MAX } from '../model/retry.ts';
import { contentBytes } from './record-content.ts';

/**
 * Largest payload of an invocation. AWS says 6 MB and does not say of which kind; this is the smaller one.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const PAYLOAD_BYTES_MAX = 6_000_000;

/** `-128,`: a byte of a header value in an event. */
const HEADER_BYTE_CHARS_MAX = 5;

/** `{:null},`: what stands around the name of a header, its quotes not counted. */
const HEADER_FRAME_CHARS = 8;

/** Addresses of brokers, ARN, names, places and times. */
const FRAME_BYTES_MAX = 16_384;

const AROUND_BYTES = FRAME_BYTES_MAX + HEADER_BYTE_CHARS_MAX * RETRY_STATE_BYTES_MAX;

/** No byte of a record takes more in an event: a control character in a header's name is `\u0001`. */
const GROWTH_MAX = 6;

/**
 * Whether a retry function can be invoked with a copy of the record. One that is larger would lie on its retry topic,
 * never be delivered, and be lost there. Pure, total.
 */
export function fitsInvocation(record: RecordContent): boolean {
  const roomBytes = PAYLOAD_BYTES_MAX - AROUND_BYTES;
  if (GROWTH_MAX * contentBytes(record) <= roomBytes) return true;
  const { key, value, headers } = record;
  let bytes = base64Chars(key) + base64Chars(value);
  for (const header of headers) {
    bytes += HEADER_FRAME_CHARS + HEADER_BYTE_CHARS_MAX * (header.value?.length ?? 0);
    bytes += Buffer.byteLength(JSON.stringify(header.key));
  }
  return bytes <= roomBytes;
}

function base64Chars(bytes: Uint8Array | null): number {
  return 4 * Math.ceil((bytes?.length ?? 0) / 3);
}
